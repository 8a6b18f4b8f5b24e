import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * The pages are served by our own HTTP server (`server/main.ts`), which sets the security headers and compresses
 * nothing: event streams pass through it.
 */
const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  turbopack: { root },
  outputFileTracingRoot: root,
}

export default config
