import { createHash } from 'node:crypto'
import type { Config } from '@switchyard/core/config/model'
import { type Parsed, parseConfig } from '@switchyard/core/config/parse'
import { type ErrorCode, errors, type Problem } from '@switchyard/core/errors'
import type { SecretValues } from '@switchyard/core/node-protocol'
import { model } from '@switchyard/middleware/model'

/** A revision that a node is asked to serve. Nothing of it is believed yet. */
export interface Candidate {
  readonly number: number
  /** SHA-256 that the document must have. */
  readonly hash: string
  /** Canonical JSON. */
  readonly document: string
  readonly publishedAt: string
  /** Of the secrets that the document refers to by name. Other values are another thing to serve, under the same number. */
  readonly secrets?: SecretValues | undefined
  /** Where it comes from: the control plane, a file, or the last good one on disk. */
  readonly source: 'control' | 'file' | 'snapshot'
  /** The document as it was parsed by who wrote it: it need not be parsed again. */
  readonly config?: Config
  /** Files that it refers to may have changed: it is to be served anew even if it is what serves. */
  readonly again?: boolean
  /** The line of a place of the document in the file that it was read from. */
  readonly lineOf?: (path: string) => number
}

/** Why a candidate does not serve. */
export interface Refusal {
  readonly code: ErrorCode
  readonly message: string
  readonly problems: readonly Problem[]
}

/**
 * Reads a candidate as strictly as it was read when it was written: first the bytes against their hash, then every field.
 *
 * @param servingSomething then a configuration without listeners and routes is refused: that is what an empty or broken
 *   source looks like, and nobody is served by it.
 */
export function readCandidate(candidate: Candidate, servingSomething: boolean): Config | { refusal: Refusal } {
  const { document, hash, config } = candidate
  if (createHash('sha256').update(document).digest('hex') !== hash) return refuse('hash_mismatch')
  const parsed: Parsed<Config> = config ? { ok: true, value: config } : parse(document)
  if (!parsed.ok) return refuse('invalid', parsed.problems)
  const { listeners, routes } = parsed.value
  if (servingSomething && listeners.length === 0 && routes.length === 0) return refuse('empty_revision')
  return parsed.value
}

/** Whether a node reads files to serve it, which can change although it does not. */
export const readsFiles = ({ certificates, upstreams }: Config): boolean =>
  certificates.some(({ certificate, key }) => typeof certificate !== 'string' || 'file' in key) ||
  upstreams.some(({ affinity }) => affinity?.key !== undefined && 'file' in affinity.key)

function parse(document: string): Parsed<Config> {
  let value: unknown
  try {
    value = JSON.parse(document)
  } catch {
    return { ok: false, problems: [{ path: '', message: 'The document is not JSON.' }] }
  }
  return parseConfig(model, value)
}

const refuse = (code: ErrorCode, problems: readonly Problem[] = []): { refusal: Refusal } => ({
  refusal: { code, message: errors[code].message, problems },
})
