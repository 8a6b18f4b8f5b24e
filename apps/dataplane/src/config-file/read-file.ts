import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { canonicalText, hashText } from '@switchyard/core/config/canonical'
import type { Config } from '@switchyard/core/config/model'
import { type Format, parseText } from '@switchyard/core/config/text'
import type { Problem } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'

/** A configuration file as it was read: plain data, which a thread can hand over. */
export interface ReadFile {
  /** Of the bytes, to tell whether anything changed. */
  readonly textHash: string
  readonly result:
    | {
        readonly ok: true
        readonly config: Config
        readonly document: string
        readonly hash: string
        /** As it stands in the file, for the line of a problem that shows when it is to be served. */
        readonly text: string
        readonly format: Format
      }
    | { readonly ok: false; readonly problems: readonly Problem[] }
}

/**
 * Reads and checks a configuration: JSON when the name ends in `.json`, YAML otherwise.
 *
 * @throws when the file cannot be read
 */
export const readConfigFile = async (path: string): Promise<ReadFile> => readConfig(await readFile(path), path)

/** Checks the content of a configuration file. */
export function readConfig(bytes: Uint8Array, path: string): ReadFile {
  const textHash = createHash('sha256').update(bytes).digest('hex')
  const text = decode(bytes)
  if (text === undefined)
    return { textHash, result: { ok: false, problems: [{ path: '', message: 'The file is not UTF-8 text.' }] } }
  const format = extname(path).toLowerCase() === '.json' ? 'json' : 'yaml'
  const parsed = parseText(model, text, format)
  if (!parsed.ok) return { textHash, result: parsed }
  const document = canonicalText(parsed.value)
  return { textHash, result: { ok: true, config: parsed.value, document, hash: hashText(document), text, format } }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** `gateway.yaml:12: routes[0].colour: unknown field`, the form that editors make a link of. */
export function describeProblem(file: string, problem: Problem): string {
  const place = problem.line === undefined ? file : `${file}:${problem.line}`
  return problem.path === '' ? `${place}: ${problem.message}` : `${place}: ${problem.path}: ${problem.message}`
}

/** A sentence for a file that cannot be read at all. */
export function describeReadError(file: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'this user may not read it',
    EISDIR: 'it is a folder',
  }
  return `${file} cannot be read: ${reasons[code ?? ''] ?? code ?? String(error)}.`
}
