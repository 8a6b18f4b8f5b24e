import type { Finding } from './finding.ts'

/** Deeper than any valid document. */
export const deepest = 100

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

/** `path` is of the value, and is changed on the way. */
function visit(value: unknown, path: (string | number)[], findings: Finding[]): void {
  const fault = faultOf(value, path.length)
  if (fault !== undefined) {
    findings.push({ at: [...path], message: fault })
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      path.push(index)
      visit(item, path, findings)
      path.pop()
    })
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inside] of Object.entries(value)) {
      path.push(key)
      if (refusedNames.has(key) || unkeepable(key))
        findings.push({ at: [...path], message: 'this name is not allowed' })
      else visit(inside, path, findings)
      path.pop()
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
