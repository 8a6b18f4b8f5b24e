import { availableParallelism } from 'node:os'
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
            'apps/*/{src,server,app,components,lib,messages}/**/*.test.ts',
            'scripts/**/*.test.ts',
            'prisma/**/*.test.ts',
          ],
          testTimeout: 30_000,
          // Many of them wait for a clock or a socket: one more than there are cores keeps those busy.
          maxWorkers: availableParallelism() + 1,
        },
      },
      {
        ...source,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          // One whole system at a time, after the unit tests: they are busy with real processes and real load.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
