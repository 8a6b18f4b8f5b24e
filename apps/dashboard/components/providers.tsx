'use client'

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchLink, httpLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import { ThemeProvider } from 'next-themes'
import { type ReactNode, useState } from 'react'
import { Toaster } from 'sonner'
import { IntlProvider } from 'use-intl'
import { readApiError } from '../lib/api-error.ts'
import type { Locale } from '../lib/locale.ts'
import { type SchemaWords, SchemaWordsContext } from '../lib/schema-words.ts'
import { TRPCProvider } from '../lib/trpc.ts'
import type en from '../messages/en.json'
import type { AppRouter } from '../server/api/router.ts'

/** A session that has ended leads to the sign-in page, and back here afterwards. */
function leaveWhenSignedOut(error: unknown): void {
  if (readApiError(error).reason !== 'unauthorized') return
  const here = window.location.pathname + window.location.search
  if (here !== '/sign-in') window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // What the API refused, it refuses again; only a connection that failed is worth another try.
        retry: (count, error) => readApiError(error).reason === undefined && count < 2,
      },
      mutations: { onError: leaveWhenSignedOut },
    },
  })
}

function createApiClient() {
  const url = '/api/trpc'
  // A header that a form on another site cannot send.
  const headers = { 'x-switchyard': '1' }
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: splitLink({
          // What is checked while one types may be too long for a URL.
          condition: (operation) => /\.(?:check|inspect)$/.test(operation.path),
          true: httpLink({ url, headers, methodOverride: 'POST' }),
          false: httpBatchLink({ url, headers }),
        }),
      }),
    ],
  })
}

interface ProvidersProps {
  locale: Locale
  messages: typeof en
  schemaWords: SchemaWords
  nonce?: string
  children: ReactNode
}

/** Everything that the pages may take from the air: API client, language, theme, toasts. */
export function Providers({ locale, messages, schemaWords, nonce, children }: ProvidersProps) {
  const [queryClient] = useState(createQueryClient)
  const [apiClient] = useState(createApiClient)
  const [timeZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone)
  return (
    <ThemeProvider
      attribute="data-theme"
      disableTransitionOnChange
      storageKey="switchyard-theme"
      {...(nonce === undefined ? {} : { nonce })}
    >
      <IntlProvider locale={locale} messages={messages} timeZone={timeZone}>
        <QueryClientProvider client={queryClient}>
          <TRPCProvider trpcClient={apiClient} queryClient={queryClient}>
            <SchemaWordsContext value={schemaWords}>{children}</SchemaWordsContext>
          </TRPCProvider>
        </QueryClientProvider>
        <Toaster
          position="bottom-right"
          // Above the draft bar, whose buttons must stay in reach.
          offset={{ bottom: 64, right: 24 }}
          mobileOffset={{ bottom: 96 }}
          theme="system"
          toastOptions={{
            className: '!rounded-lg !border-line !bg-raised !text-text !shadow-raised !text-[13px] !font-sans',
            classNames: { actionButton: '!bg-accent !text-on-accent' },
            duration: 8000,
          }}
        />
      </IntlProvider>
    </ThemeProvider>
  )
}
