import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashText } from '@switchyard/core/config/canonical'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../database/open.ts'
import { createDraftReader } from '../draft/draft-reader.ts'
import { shopDocument } from '../testing/documents.ts'
import { startForTest } from '../testing/start.ts'

const program = fileURLToPath(new URL('../testing/die-in-the-middle.ts', import.meta.url))

/** A home with two revisions and a draft that differs from both. */
let prepared: string
let folder: string

beforeAll(async () => {
  const control = await startForTest()
  folder = await mkdtemp(join(tmpdir(), 'switchyard-killed-'))
  prepared = join(folder, 'prepared')
  await control.client.config.apply.mutate({ text: JSON.stringify(shopDocument), format: 'json', publish: true })
  for (const [weight, publish] of [
    [2, true],
    [3, false],
  ] as const) {
    const { etag } = await control.client.upstreams.get.query({ id: 'shop' })
    await control.client.targets.setWeight.mutate({ upstream: 'shop', target: 'b', weight, etag, publish })
  }
  await control.close()
  await cp(control.home, prepared, { recursive: true })
  await rm(control.home, { recursive: true })
})

afterAll(() => rm(folder, { recursive: true }))

async function dieAt(home: string, action: string, statement: number): Promise<boolean> {
  const args = ['--conditions=source', '--import', 'tsx', program, home, action, String(statement)]
  const [code, signal] = await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
  expect([code, signal]).toContainEqual(signal === null ? 0 : 'SIGKILL')
  return signal === 'SIGKILL'
}

/** What is left of the change: the head, the draft, and what the audit says. Each must tell the same story. */
async function leftIn(home: string) {
  const db = openDatabase(join(home, 'switchyard.db'))
  try {
    const [head] = await db.revision.findMany({ orderBy: { number: 'desc' }, take: 1 })
    const draft = await createDraftReader(db).read()
    const audited = await db.auditRecord.count({ where: { kind: 'revisions', resource: '3' } })
    expect(head && hashText(head.document)).toBe(head?.hash)
    return { head: head?.number, audited, weight: draft.document.upstreams[0]?.targets?.[1]?.weight }
  } finally {
    await db.$disconnect()
  }
}

// A roll-back has about twice the statements, of the same kinds: every third of them.
test.each([
  {
    action: 'publish',
    every: 1,
    before: { head: 2, audited: 0, weight: 3 },
    after: { head: 3, audited: 1, weight: 3 },
  },
  {
    action: 'rollback',
    every: 3,
    before: { head: 2, audited: 0, weight: 3 },
    after: { head: 3, audited: 1, weight: undefined },
  },
])(
  'a control plane killed before any statement of a $action leaves the old or the new, never a mix',
  async (example) => {
    const { action, every, before, after } = example
    let statement = 1
    for (let killed = true; killed; statement += every) {
      const home = join(folder, `${action}-${statement}`)
      await cp(prepared, home, { recursive: true })
      killed = await dieAt(home, action, statement)
      expect(await leftIn(home)).toEqual(killed ? before : after)
    }
    // It began, wrote and ended a transaction at least.
    expect(statement).toBeGreaterThan(5)
  },
  240_000,
)
