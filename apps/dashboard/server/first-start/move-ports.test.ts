import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startForTest, type TestControl } from '../testing/start.ts'
import { readMoves } from './move-ports.ts'

const document = `switchyard: 1
listeners: [{ id: web, port: 8080 }, { id: other, port: 9000 }]
upstreams:
  - { id: demo, targets: [{ id: a, url: 'http://127.0.0.1:2003' }, { id: b, url: 'http://demo.example:2003/x' }] }
`

let home: string
let control: TestControl | undefined
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'switchyard-move-'))
})
afterEach(async () => {
  await control?.end()
  await rm(home, { recursive: true, force: true })
})

const start = async (moves: string) => {
  await control?.close()
  control = await startForTest({ SWITCHYARD_MOVE_PORTS: moves }, { home })
  return control.client
}

test('what is published follows a start on other ports, and edits that wait stay unpublished', async () => {
  const before = await start('')
  await before.config.apply.mutate({ text: document, format: 'yaml', publish: true })
  const [edited] = await before.upstreams.list.query()
  if (!edited) throw new Error('no upstream')
  await before.upstreams.update.mutate({ id: 'demo', etag: edited.etag, value: { ...edited.value, title: 'New' } })

  const after = await start('8080:8081,2003:2005')
  const { document: published } = await after.revisions.get.query({ number: 2 })
  expect(published).toContain('port: 8081')
  expect(published).toContain('port: 9000')
  expect(published).toContain('http://127.0.0.1:2005')
  expect(published).toContain('http://demo.example:2003/x')
  expect(published).not.toContain('New')

  const { draft } = await after.revisions.status.query()
  expect(draft.sentences).toHaveLength(1)
  expect(JSON.stringify(draft.changes)).not.toContain('2003')
})

test('a start on the same ports publishes nothing', async () => {
  const before = await start('')
  await before.config.apply.mutate({ text: document, format: 'yaml', publish: true })
  const after = await start('4444:5555')
  expect((await after.revisions.status.query()).head?.number).toBe(1)
})

test('what is not a pair of ports is refused', () => {
  expect(() => readMoves('8080')).toThrow('SWITCHYARD_MOVE_PORTS')
  expect(readMoves(undefined).size).toBe(0)
})
