import { expect, test } from 'vitest'
import { describe } from '../schema/describe.ts'
import type { Config } from './model.ts'
import { parseConfig } from './parse.ts'
import { secretsIn, secretUses } from './secret-uses.ts'
import { testModel } from './testing/test-model.ts'

const certificate = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'

function parse(certificates: object[]): Config {
  const parsed = parseConfig(testModel, { switchyard: 1, certificates })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return parsed.value
}

test('who uses a kept secret is found by the words of the schema; files and variables are the own of nodes', () => {
  const config = parse([
    { id: 'web', certificate, key: { secret: 'web-key' } },
    { id: 'file', certificate: { file: 'web.pem' }, key: { file: 'web.key' } },
    { id: 'env', certificate, key: { env: 'WEB_KEY' } },
    { id: 'old', certificate, key: { secret: 'web-key' } },
  ])
  expect(secretUses(testModel, config)).toEqual([
    { kind: 'certificates', id: 'web', path: 'key', name: 'web-key' },
    { kind: 'certificates', id: 'old', path: 'key', name: 'web-key' },
  ])
})

test('references are found in what is not valid, too', () => {
  const field = describe(testModel.kinds.certificates)
  expect([...secretsIn(field, { id: 7, key: { secret: 'a', file: 'b' } })]).toEqual([
    { at: ['key'], reference: { secret: 'a', file: 'b' } },
  ])
  expect([...secretsIn(field, { key: null })]).toEqual([])
  expect([...secretsIn(field, 'text')]).toEqual([])
})
