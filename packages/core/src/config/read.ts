import type { z } from 'zod'
import type { Kind } from '../schema/fields.ts'
import { checkDocument } from './check-document.ts'
import { checkResource } from './check-resource.ts'
import type { Finding } from './finding.ts'
import type { Config, Model } from './model.ts'
import { parseBySchema } from './schema-findings.ts'
import { findUntrusted } from './untrusted.ts'

/** A value that was read, or what is wrong with it, paths not yet written out. */
export type Read<T> = { ok: true; value: T } | { ok: false; findings: Finding[] }

/** Reads a whole document: its schema, then what only the whole can show. The cast states what the model's schema says. */
export function readDocument(model: Model, value: unknown): Read<Config> {
  return read(value, model.document, (config) => checkDocument(model, config as Config)) as Read<Config>
}

/** Reads one resource by itself. What it refers to is not looked at. */
export function readResource<K extends Kind>(model: Model, kind: K, value: unknown): Read<Config[K][number]> {
  const check = (resource: unknown) => checkResource(model, kind, resource as Config[Kind][number])
  return read(value, model.kinds[kind], check) as Read<Config[K][number]>
}

function read(value: unknown, schema: z.ZodType, check: (value: unknown) => Finding[]): Read<unknown> {
  const untrusted = findUntrusted(value)
  if (untrusted.length > 0) return { ok: false, findings: untrusted }
  const parsed = parseBySchema<unknown>(schema, value)
  if (!parsed.ok) return parsed
  const findings = check(parsed.value)
  return findings.length > 0 ? { ok: false, findings } : parsed
}
