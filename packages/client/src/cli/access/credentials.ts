import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { refused } from '../failure.ts'

/** What `login` keeps: a token for each control plane, and which of them is meant when none is named. */
export interface Credentials {
  current: string | undefined
  tokens: Record<string, string>
}

export const nothingKept: Credentials = { current: undefined, tokens: {} }

/** In the folder that the XDG Base Directory Specification names for settings; a relative one does not count there. */
export function credentialsPath(env: Readonly<Record<string, string | undefined>>): string {
  const configured = env['XDG_CONFIG_HOME']
  const folder = configured?.startsWith('/') ? configured : join(env['HOME'] ?? homedir(), '.config')
  return join(folder, 'switchyard', 'credentials.json')
}

export async function readCredentials(path: string): Promise<Credentials> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return nothingKept
    throw refused('credentials_unreadable', `${path} cannot be read (${code}).`)
  }
  const value = parse(text)
  if (value === undefined) {
    throw refused('credentials_unreadable', `${path} does not hold what login keeps there; remove it and log in again.`)
  }
  return value
}

function parse(text: string): Credentials | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('tokens' in value)) return undefined
    const { tokens } = value
    if (typeof tokens !== 'object' || tokens === null || Array.isArray(tokens)) return undefined
    const entries = Object.entries(tokens).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const current = 'current' in value && typeof value.current === 'string' ? value.current : undefined
    return { current, tokens: Object.fromEntries(entries) }
  } catch {
    return undefined
  }
}

/** Put in its place as a whole, and for its owner alone from the first byte on. */
export async function writeCredentials(path: string, credentials: Credentials): Promise<void> {
  const folder = dirname(path)
  const fresh = join(folder, `.credentials-${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await writeFile(fresh, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw refused('credentials_unwritable', `${path} cannot be written (${(error as NodeJS.ErrnoException).code}).`)
  }
}
