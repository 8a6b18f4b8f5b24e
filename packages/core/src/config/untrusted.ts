import type { Path } from '../schema/path.ts'
import type { Finding } from './finding.ts'

/** Deeper than any valid document. */
const deepest = 100

/** Names that mean something to JavaScript itself. */
const refusedNames = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * What no schema would find in a value of unknown origin: names that reach into JavaScript, endless or too deep
 * nesting, text that no file or database keeps as it is, and values that are not JSON.
 */
export function findUntrusted(value: unknown): Finding[] {
  const findings: Finding[] = []
  visit(value, [], findings)
  return findings
}

function visit(value: unknown, at: Path, findings: Finding[]): void {
  const refuse = (message: string) => void findings.push({ at, message })
  switch (typeof value) {
    case 'string':
      return unkeepable(value) ? refuse('this text contains characters that cannot be kept') : undefined
    case 'number':
      return Number.isFinite(value) ? undefined : refuse('write a number')
    case 'boolean':
      return
    case 'object':
      break
    default:
      return value === undefined ? undefined : refuse('this is not JSON')
  }
  if (value === null) return
  if (at.length >= deepest) return refuse(`nested more than ${deepest} deep`)
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      visit(item, [...at, index], findings)
    })
    return
  }
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && prototype !== Object.prototype) return refuse('this is not JSON')
  for (const key of Object.keys(value)) {
    if (refusedNames.has(key) || unkeepable(key)) findings.push({ at: [...at, key], message: 'this name is not allowed' })
    else visit((value as Record<string, unknown>)[key], [...at, key], findings)
  }
}

/** NUL, which PostgreSQL has no text for, and halves of surrogate pairs, which UTF-8 has no bytes for. */
function unkeepable(text: string): boolean {
  return text.includes('\0') || /\p{Surrogate}/u.test(text)
}
