import { defineConfig } from 'vitest/config'

/** Unit and contract tests run from source (`source` in each package's exports); `tests/` starts the built programs. */
const source = { resolve: { conditions: ['source'] }, ssr: { resolve: { conditions: ['source'] } } }

export default defineConfig({
  test: {
    projects: [
      {
        ...source,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/{src,server,app,components,messages}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'prisma/**/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      {
        ...source,
        test: { name: 'system', include: ['tests/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 120_000 },
      },
    ],
  },
})
