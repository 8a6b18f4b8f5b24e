import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify, slug } from './identity.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-identity-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = new Date('2026-01-02T03:04:05Z')

test('a node is named after its host and keeps its data under its name', () => {
  const identity = identify({ home: folder, data: undefined, node: undefined }, at)
  expect(identity.name).toBe(slug(hostname()))
  expect(identity.data).toBe(join(folder, 'nodes', identity.name))
  expect(statSync(identity.data).mode & 0o777).toBe(0o700)
})

test('a folder keeps the name of its node, unless another is asked for', () => {
  const data = join(folder, 'volume')
  expect(identify({ home: folder, data, node: 'edge-1' }, at).name).toBe('edge-1')
  expect(identify({ home: folder, data, node: undefined }, at).name).toBe('edge-1')
  expect(identify({ home: folder, data, node: 'edge-2' }, at).name).toBe('edge-2')
})

test('a folder whose note of the name is damaged still starts', () => {
  for (const text of ['', '{', '{"name":"../../etc"}', '{"name":5}', 'null']) {
    writeFileSync(join(folder, 'node.json'), text)
    expect(identify({ home: folder, data: folder, node: undefined }, at).name).toBe(slug(hostname()))
  }
})

test('each start is an instance of its own', () => {
  const options = { home: folder, data: undefined, node: 'a' }
  expect(identify(options, at).instance).not.toBe(identify(options, at).instance)
})

test('any host name becomes a name that the control plane takes', () => {
  expect(slug('web 1.example.com')).toBe('web-1.example.com')
  expect(slug('-_.x.')).toBe('x')
  expect(slug('日本')).toBe('node')
  expect(slug('a'.repeat(100))).toHaveLength(63)
})
