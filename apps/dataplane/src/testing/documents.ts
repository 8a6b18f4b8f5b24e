import { canonicalText, hashText } from '@switchyard/core/config/canonical'
import { parseConfig } from '@switchyard/core/config/parse'
import type { Snapshot } from '@switchyard/core/node-protocol'
import { model } from '@switchyard/middleware/model'

/** A configuration that answers `body` to everything, on a free port of its own. */
export const page = (body: string, listeners: readonly object[] = []) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }, ...listeners],
  routes: [{ id: 'page', middleware: [{ type: 'respond', body }] }],
})

/** A document as a control plane publishes it. */
export function publication(number: number, document: object): Snapshot {
  const parsed = parseConfig(model, document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return raw(number, canonicalText(parsed.value))
}

/** Any text, with its right hash. */
export const raw = (number: number, document: string): Snapshot => ({
  number,
  hash: hashText(document),
  document,
  publishedAt: '2026-01-01T00:00:00.000Z',
})
