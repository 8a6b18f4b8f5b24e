import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The key that secrets are sealed with: 32 bytes. */
export type SecretKey = Buffer

/** Of 32 bytes in base64, with either alphabet. */
const written = /^[A-Za-z0-9+/_-]{43}=?$/

/** Reads a key as it is written. Nothing when it is none; what it was instead is not told. */
export const parseSecretKey = (text: string): SecretKey | undefined =>
  written.test(text.trim()) ? Buffer.from(text.trim(), 'base64') : undefined

/**
 * The key in `secret.key` of the home folder. Where there is none yet, it is made, unless something was sealed before: then another key
 * opens nothing, and to make one would hide that the right one is missing. Throws a sentence for whoever starts it.
 */
export function readKeyFile(home: string, sealedBefore: number): SecretKey {
  const file = join(home, 'secret.key')
  const text = read(file) ?? (sealedBefore === 0 ? make(file) : undefined)
  if (text === undefined) {
    throw new Error(
      `${file} is missing, which opens the stored secrets (${sealedBefore}). Put it back, or set SWITCHYARD_SECRET_KEY. ` +
        'Where it is lost, write a new one (openssl rand -base64 32) and set each secret again.',
    )
  }
  const key = parseSecretKey(text)
  if (key === undefined) throw new Error(`${file} does not hold a key: 32 bytes in base64.`)
  return key
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}.`, { cause: error })
  }
}

/** Whole or not at all, and one only: of two programs that start at the same time both go on with the same key. */
function make(file: string): string {
  const made = `${file}.${process.pid}`
  try {
    writeFileSync(made, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true })
    linkSync(made, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(made, { force: true })
  }
  return readFileSync(file, 'utf8')
}
