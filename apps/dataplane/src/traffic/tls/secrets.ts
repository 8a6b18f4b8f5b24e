import { constants, type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { SecretReference } from '@switchyard/core/config/secret-reference'
import { SwitchyardError } from '@switchyard/core/errors'
import { tlsFault } from './read-certificates.ts'

/** Where this node finds what a document only refers to. */
export interface SecretSources {
  /** The values that came with the revision, by name. Empty where there is no control plane. */
  readonly secrets: ReadonlyMap<string, string>
  /** What relative paths begin at: the folder of the configuration file, or the data folder with a control plane. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Bytes. Longer ones are no keys and no certificates. */
const longestFile = 1_048_576

/**
 * The value of a secret. It must not get into a log, a state or an answer. What a file holds is taken without the line
 * end that editors put at its end.
 *
 * @param at the place of the reference in the document, for the problem
 * @throws SwitchyardError `invalid` with the problem, which holds nothing of the value
 */
export async function resolveSecret(reference: SecretReference, at: string, sources: SecretSources): Promise<string> {
  if ('file' in reference) return (await readReferredFile(reference.file, `${at}.file`, sources)).replace(/\r?\n$/, '')
  if ('env' in reference) {
    const value = Object.hasOwn(sources.env, reference.env) ? sources.env[reference.env] : undefined
    if (!value) throw tlsFault(`${at}.env`, `the environment variable ${reference.env} is not set at this node`)
    return value
  }
  const value = sources.secrets.get(reference.secret)
  if (value === undefined) throw tlsFault(`${at}.secret`, `there is no secret "${reference.secret}"`)
  if (value === '') throw tlsFault(`${at}.secret`, `the secret "${reference.secret}" is empty`)
  return value
}

/**
 * Reads a text file that a document refers to: a regular one, of at most 1 MiB.
 *
 * @param at the place of the path in the document, for the problem
 * @throws SwitchyardError `invalid` with the problem
 */
export async function readReferredFile(path: string, at: string, { folder }: SecretSources): Promise<string> {
  const full = resolve(folder, path)
  let file: FileHandle | undefined
  try {
    // A named pipe would keep us waiting without this.
    file = await open(full, constants.O_RDONLY | constants.O_NONBLOCK)
    const info = await file.stat()
    if (!info.isFile()) throw tlsFault(at, `${full} is not a file`)
    if (info.size > longestFile) throw tlsFault(at, `${full} is longer than 1 MiB`)
    const text = await readAll(file)
    if (text === undefined) throw tlsFault(at, `${full} is longer than 1 MiB`)
    if (text === '') throw tlsFault(at, `${full} is empty`)
    return text
  } catch (error) {
    if (error instanceof SwitchyardError) throw error
    const { code = '' } = error as NodeJS.ErrnoException
    throw tlsFault(at, `${full} cannot be read: ${reasons[code] ?? code}`, error)
  } finally {
    await file?.close()
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'this process may not read it',
  EISDIR: 'it is a folder',
}

/** Undefined when there is more than there may be: a file can grow, and some say that they have no size. */
async function readAll(file: FileHandle): Promise<string | undefined> {
  const buffer = Buffer.alloc(longestFile + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
    if (bytesRead === 0) return buffer.toString('utf8', 0, length)
    length += bytesRead
    if (length > longestFile) return undefined
  }
}
