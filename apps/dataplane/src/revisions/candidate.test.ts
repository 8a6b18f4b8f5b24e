import { canonicalText, hashText } from '@switchyard/core/config/canonical'
import { parseConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { describe, expect, test } from 'vitest'
import { type Candidate, readCandidate, readsFiles } from './candidate.ts'

const written = (document: string, hash = hashText(document)): Candidate => ({
  number: 1,
  hash,
  document,
  publishedAt: '2026-01-01T00:00:00Z',
  source: 'control',
})
const canonical = (value: unknown): string => {
  const parsed = parseConfig(model, value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return canonicalText(parsed.value)
}
const page = {
  switchyard: 1,
  listeners: [{ id: 'web', port: 8080 }],
  routes: [{ id: 'page', middleware: [{ type: 'respond', body: 'é' }] }],
}

describe('reading a revision', () => {
  test('a canonical document with its hash is read', () => {
    expect(readCandidate(written(canonical(page)), true)).toMatchObject({ listeners: [{ id: 'web', port: 8080 }] })
  })

  test('the bytes must have the hash before anything is parsed', () => {
    const hash = hashText(canonical(page))
    expect(readCandidate(written('{ not JSON', hash), false)).toMatchObject({ refusal: { code: 'hash_mismatch' } })
  })

  test('an unknown field, a reference to nothing and a document that is not JSON are refused with their place', () => {
    const unknown = written(JSON.stringify({ ...JSON.parse(canonical(page)), colours: [] }))
    expect(readCandidate(unknown, false)).toMatchObject({
      refusal: { code: 'invalid', problems: [{ path: 'colours' }] },
    })
    const routes = [{ id: 'page', forward: { upstream: 'nobody' } }]
    expect(readCandidate(written(JSON.stringify({ ...page, routes })), false)).toMatchObject({
      refusal: { code: 'invalid', problems: [{ path: 'routes[0].forward.upstream' }] },
    })
    expect(readCandidate(written('{'), false)).toMatchObject({ refusal: { code: 'invalid', problems: [{ path: '' }] } })
  })

  test('a revision with nothing in it is refused by a node that serves something, and taken by one that does not', () => {
    const nothing = written(canonical({ switchyard: 1 }))
    expect(readCandidate(nothing, true)).toMatchObject({ refusal: { code: 'empty_revision' } })
    expect(readCandidate(nothing, false)).toMatchObject({ routes: [] })
  })
})

test('files that a node reads are those of certificates, and of keys of affinity', () => {
  const withKey = (key: object) => {
    const upstreams = [{ id: 'shop', targets: [], affinity: { type: 'cookie', key } }]
    const parsed = parseConfig(model, { switchyard: 1, upstreams })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
    return parsed.value
  }
  expect(readsFiles(withKey({ file: 'affinity.key' }))).toBe(true)
  expect(readsFiles(withKey({ env: 'AFFINITY_KEY' }))).toBe(false)
})
