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
  const fault = faultOf(value, at.length)
  if (fault !== undefined) {
    findings.push({ at, message: fault })
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      visit(item, [...at, index], findings)
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inside] of Object.entries(value)) {
      const inner = [...at, key]
      if (refusedNames.has(key) || unkeepable(key)) findings.push({ at: inner, message: 'this name is not allowed' })
      else visit(inside, inner, findings)
    }
  }
}

function faultOf(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case 'string':
      return unkeepable(value) ? 'this text contains characters that cannot be kept' : undefined
    case 'number':
      return Number.isFinite(value) ? undefined : 'write a number'
    case 'boolean':
    case 'undefined':
      return undefined
    case 'object':
      if (value === null) return undefined
      if (depth >= deepest) return `nested more than ${deepest} deep`
      return Array.isArray(value) || isPlain(value) ? undefined : 'this is not JSON'
    default:
      return 'this is not JSON'
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** NUL, which PostgreSQL has no text for, and halves of surrogate pairs, which UTF-8 has no bytes for. */
function unkeepable(text: string): boolean {
  return text.includes('\0') || /\p{Surrogate}/u.test(text)
}
