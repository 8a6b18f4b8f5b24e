import { createRequire } from 'node:module'
import { dirname } from 'node:path'

/** `apps/dashboard`, found by its name, so that it is right for source and for build. */
export const packageFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('@switchyard/dashboard/package.json'))
