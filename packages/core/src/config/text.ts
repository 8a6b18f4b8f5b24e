import { stringify } from 'yaml'
import { type Path, parsePath } from '../schema/path.ts'
import { type Finding, toFirstProblems } from './finding.ts'
import { readJson } from './json-text.ts'
import type { Config, Document, Model } from './model.ts'
import type { Parsed } from './parse.ts'
import { readDocument } from './read.ts'
import { readYaml } from './yaml-text.ts'

export type Format = 'yaml' | 'json'

/** What a text says. With findings, the value is of no use. */
export interface TextTree {
  value: unknown
  findings: Finding[]
  /** The line, beginning with 1, of a place of the value or of the nearest one around it. */
  lineOf(path: Path): number
}

/** Characters. A document of 10,000 routes has about a tenth of it. */
const longest = 10 * 1024 * 1024

/** Parses a document from its text. Problems carry the line. Never throws, whatever the text. */
export function parseText(model: Model, text: string, format: Format): Parsed<Config> {
  if (text.length > longest) return { ok: false, problems: [{ path: '', message: 'longer than 10 MB' }] }
  const { value, findings, lineOf } = format === 'json' ? readJson(text) : readYaml(text)
  if (findings.length > 0) return { ok: false, problems: toFirstProblems(findings, lineOf) }
  const read = readDocument(model, value)
  return read.ok ? read : { ok: false, problems: toFirstProblems(read.findings, lineOf) }
}

/**
 * The line of a text that parses at which a problem lies that was found elsewhere, such as a port that is in use; of the
 * nearest place around it, where it is not written.
 *
 * @param path of the problem: `listeners[0].port`
 */
export const lineOf = (text: string, format: Format, path: string): number => linesIn(text, format)(path)

/** The same for many problems of one text. */
export function linesIn(text: string, format: Format): (path: string) => number {
  const tree = format === 'json' ? readJson(text) : readYaml(text)
  return (path) => tree.lineOf(parsePath(path))
}

/** Writes a document as people keep it in a file. Ends with a line end. */
export function formatDocument(document: Document, format: Format): string {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`
  return stringify(document, { version: '1.2', schema: 'core', aliasDuplicateObjects: false, lineWidth: 0 })
}
