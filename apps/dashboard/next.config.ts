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
  // The address that the server says it listens on; by itself Next serves development files to localhost only.
  allowedDevOrigins: ['127.0.0.1'],
  turbopack: { root },
  outputFileTracingRoot: root,
}

export default config
