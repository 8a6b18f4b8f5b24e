import type { Problem } from '../errors.ts'
import type { Kind } from '../schema/fields.ts'
import { checkDocument } from './check-document.ts'
import { toFirstProblems, toProblems } from './finding.ts'
import type { Config, Model } from './model.ts'
import { type Read, readDocument, readResource } from './read.ts'

/** A value with every default filled in, or what is wrong with it: at most a hundred problems, each at its exact path. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] }

const toParsed = <T>(read: Read<T>): Parsed<T> =>
  read.ok ? read : { ok: false, problems: toFirstProblems(read.findings) }

/** Parses a whole document: fields, then unique ids, references, listeners, strategies, middleware, expressions. */
export function parseConfig(model: Model, value: unknown): Parsed<Config> {
  return toParsed(readDocument(model, value))
}

/**
 * Parses one resource by itself; paths are relative to it. Whether what it refers to exists, and whether its id is
 * free, only `parseConfig` or `checkConfig` can say.
 */
export function parseResource<K extends Kind>(model: Model, kind: K, value: unknown): Parsed<Config[K][number]> {
  return toParsed(readResource(model, kind, value))
}

/** Everything that is wrong with a configuration whose fields are right: what `parseConfig` looks at after the schema. */
export function checkConfig(model: Model, config: Config): Problem[] {
  return toProblems(checkDocument(model, config))
}
