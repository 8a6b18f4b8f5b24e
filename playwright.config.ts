import { defineConfig } from '@playwright/test'
import { findBrowser } from './scripts/prepare/browser.mjs'

/**
 * The browser tests. Each file starts a product of its own on free ports, so one worker at a time is enough for the
 * machine. QUIC and background networking are off: no test talks to anything but loopback.
 */
export default defineConfig({
  testDir: 'tests/browser',
  testMatch: '**/*.spec.ts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  outputDir: 'test-results',
  use: {
    locale: 'en-GB',
    viewport: { width: 1360, height: 860 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: await findBrowser(),
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
