import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canonicalText, withoutDefaults } from '@switchyard/core/config/canonical'
import type { Document } from '@switchyard/core/config/model'
import { parseConfig } from '@switchyard/core/config/parse'
import { arbitraryDocument } from '@switchyard/core/config/testing/arbitrary-document'
import { model } from '@switchyard/middleware/model'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../database/migrate.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { renewDraftEtag } from './draft-etag.ts'
import { createDraftReader } from './draft-reader.ts'
import { replaceDraft } from './replace-draft.ts'

let folder: string
let db: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-draft-'))
  migrate(join(folder, 'test.db'))
  db = openDatabase(join(folder, 'test.db'))
})

afterEach(async () => {
  await db.$disconnect()
  await rm(folder, { recursive: true })
})

const replace = (document: Document) =>
  db.$transaction(async (tx) => {
    const before = await createDraftReader(db).read(tx)
    await replaceDraft(tx, 0, before, document)
    await renewDraftEtag(tx, 0)
  })
/** From the tables: a reader of its own remembers nothing. */
const readDraft = () => createDraftReader(db).read()

/** Lists that the document leaves out are empty, which is their default. */
const complete = (document: Document) => ({
  listeners: [],
  upstreams: [],
  routes: [],
  middleware: [],
  certificates: [],
  ...document,
})

test('a document comes out of the database as it went in, whatever stood there before', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocument(model), arbitraryDocument(model), async (first, second) => {
      await replace({ switchyard: 1 })
      await replace(first)
      expect((await readDraft()).document).toEqual(complete(first))
      await replace(second)
      const { document, parsed } = await readDraft()
      const expected = parseConfig(model, second)
      if (!parsed.ok || !expected.ok) throw new Error('both are valid')
      expect(canonicalText(parsed.value)).toBe(canonicalText(expected.value))
      expect(withoutDefaults(model, parsed.value)).toEqual(withoutDefaults(model, expected.value))
      expect(parseConfig(model, document)).toEqual(expected)
    }),
    { numRuns: 40, seed: 42 },
  )
}, 120_000)

test('what means the same keeps its etag and what was written; what changed gets a new one', async () => {
  const target = { id: 'a', url: 'http://127.0.0.1:2003', weight: 1 }
  await replace({ switchyard: 1, upstreams: [{ id: 'x', targets: [target] }, { id: 'y' }, { id: 'z' }] })
  const before = (await readDraft()).rows.upstreams
  const { weight: _, ...withoutWeight } = target
  await replace({
    switchyard: 1,
    upstreams: [
      { id: 'z', drainMs: 1 },
      { id: 'x', targets: [withoutWeight] },
    ],
  })
  const after = (await readDraft()).rows.upstreams

  expect(after.map(({ id }) => id)).toEqual(['z', 'x'])
  expect(after[1]?.etag).toBe(before[0]?.etag)
  expect(after[1]?.value.targets).toEqual([target])
  expect(after[0]?.etag).not.toBe(before[2]?.etag)
})
