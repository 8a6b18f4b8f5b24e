import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '@switchyard/core/middleware/contract'

const length = 32

/**
 * What cookies of affinity are signed with where an upstream names no key of its own. Kept in the data folder, so that
 * clients find their targets again after a restart.
 */
export function affinityKeyOf(data: string, log: Log): Buffer {
  const file = join(data, 'affinity.key')
  const found = read(file)
  if (typeof found === 'object' && found.length === length) return found
  const key = randomBytes(length)
  if (found !== undefined) {
    const reason = typeof found === 'string' ? found : `it is ${found.length} bytes long, not ${length}`
    log.warn({ file, reason }, 'the key of affinity cookies is damaged; clients get new cookies')
  }
  try {
    // Whole or not at all; another process may be reading it.
    writeFileSync(`${file}.new`, key, { mode: 0o600 })
    renameSync(`${file}.new`, file)
  } catch (error) {
    log.error({ file, err: error }, 'the key of affinity cookies cannot be kept; it ends with this process')
  }
  return key
}

/** Undefined where there is none yet, a code of the system where it cannot be read. */
function read(file: string): Buffer | string | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? undefined : code
  }
}
