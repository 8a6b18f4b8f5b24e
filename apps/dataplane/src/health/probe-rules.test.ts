import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig } from '@switchyard/core/config/parse'
import type { Log } from '@switchyard/core/middleware/contract'
import { model } from '@switchyard/middleware/model'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeCertificate } from '../traffic/testing/make-certificate.ts'
import { ProbeRules } from './probe-rules.ts'

const { certificate, key } = makeCertificate()

let folder: string
let said: string[]
let rules: ProbeRules
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-probe-rules-'))
  said = []
  const say = (_: object, message: string) => void said.push(message)
  const log: Log = { debug: say, info: say, warn: say, error: say }
  rules = new ProbeRules(log)
})
afterEach(() => rm(folder, { recursive: true }))

function ask(upstreams: object[]) {
  const certificates = [{ id: 'us', certificate, key: { file: 'us.key' } }]
  const parsed = parseConfig(model, { switchyard: 1, certificates, upstreams })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return rules.of(parsed.value, { folder, env: {} })
}
const upstream = (fields: object = {}, url = 'https://a') => ({
  id: 'shop',
  targets: [{ id: 'a', url }],
  health: { active: {} },
  tls: { certificate: 'us' },
  ...fields,
})

test('an upstream without probes has no rules, and nobody reads its key', async () => {
  expect((await ask([upstream({ health: {} })])).size).toBe(0)
  expect((await ask([upstream({}, 'http://a')])).size).toBe(1)
  expect(said).toEqual([])
})

test('rules are the same as long as nothing differs; a renewed certificate makes others', async () => {
  await writeFile(join(folder, 'us.key'), key)
  const first = (await ask([upstream()])).get('shop')
  expect(first?.context).toBeDefined()
  expect((await ask([upstream({ title: 'other' })])).get('shop')).toBe(first)
  expect((await ask([upstream({ tls: { certificate: 'us', verify: false } })])).get('shop')).not.toBe(first)
  expect(said).toEqual([])
})

test('a certificate that cannot be had is said, and probes go without it', async () => {
  expect((await ask([upstream()])).get('shop')?.context).toBeDefined()
  expect(said).toEqual(['a certificate for probes cannot be read'])
})
