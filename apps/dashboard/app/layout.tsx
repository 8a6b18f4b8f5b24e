import './globals.css'
import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { Providers } from '../components/providers.tsx'
import { localeCookie, pickLocale } from '../lib/locale.ts'
import en from '../messages/en.json'
import schemaZh from '../messages/schema.zh.json'
import zh from '../messages/zh.json'

/** Every answer carries its own nonce, so nothing may be rendered ahead of time. */
export const dynamic = 'force-dynamic'

export const metadata: Metadata = {
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafb' },
    { media: '(prefers-color-scheme: dark)', color: '#0d0d10' },
  ],
}

/** The nonce of this answer's Content-Security-Policy, which the server sets on the request for us to read. */
const nonceOf = (policy: string | null): string | undefined => /'nonce-([^']+)'/.exec(policy ?? '')?.[1]

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [received, jar] = await Promise.all([headers(), cookies()])
  const locale = pickLocale(jar.get(localeCookie)?.value, received.get('accept-language') ?? '')
  const nonce = nonceOf(received.get('content-security-policy'))
  return (
    <html
      lang={locale === 'zh' ? 'zh-Hans' : 'en'}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      suppressHydrationWarning
    >
      <body>
        <Providers
          locale={locale}
          messages={locale === 'zh' ? zh : en}
          schemaWords={locale === 'zh' ? schemaZh : {}}
          {...(nonce === undefined ? {} : { nonce })}
        >
          {children}
        </Providers>
      </body>
    </html>
  )
}
