import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLastGoodStore, type LastGood } from './last-good.ts'

let folder: string
let said: string[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchyard-last-good-'))
  said = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const say = (_: object, message: string) => void said.push(message)
const store = () => createLastGoodStore(folder, { debug: say, info: say, warn: say, error: say })
const at = new Date('2026-01-02T03:04:05Z')
const revision = (number: number, hash = `hash-${number}`): Omit<LastGood, 'savedAt'> => ({
  number,
  hash,
  publishedAt: '2026-01-01T00:00:00Z',
  origin: 'control',
  document: `{"number":${number},"text":"é\\n"}`,
})
const currentFile = () => join(folder, 'snapshot.current')
const previousFile = () => join(folder, 'snapshot.previous')

/** A store as a node that starts anew would see it, with revisions 1 and 2 saved before. */
async function twoSaved() {
  const first = store()
  await first.load('control')
  await first.save(revision(1), at)
  await first.save(revision(2), at)
  return store()
}

describe('the last good revision on disk', () => {
  test('an empty folder has none, and says nothing', async () => {
    expect(await store().load('control')).toBeUndefined()
    expect(said).toEqual([])
  })

  test('the newest comes back as it was saved, with the time of saving', async () => {
    const again = await twoSaved()
    expect(await again.load('control')).toEqual({ ...revision(2), savedAt: at.toISOString() })
    expect(said).toEqual([])
  })

  test('nothing but its owner may read it, and nothing temporary is left', async () => {
    await twoSaved()
    expect(readdirSync(folder).sort()).toEqual(['snapshot.current', 'snapshot.previous'])
    expect(statSync(currentFile()).mode & 0o777).toBe(0o600)
    expect(statSync(previousFile()).mode & 0o777).toBe(0o600)
  })

  test.each<[string, () => void]>([
    [
      'one byte changed',
      () => writeFileSync(currentFile(), readFileSync(currentFile(), 'utf8').replace('"text"', '"texT"')),
    ],
    [
      'the header changed',
      () => writeFileSync(currentFile(), readFileSync(currentFile(), 'utf8').replace('"number":2', '"number":3')),
    ],
    ['cut off', () => truncateSync(currentFile(), statSync(currentFile()).size - 5)],
    ['emptied', () => truncateSync(currentFile(), 0)],
    ['overwritten with zeros', () => writeFileSync(currentFile(), Buffer.alloc(500))],
    ['added to', () => writeFileSync(currentFile(), `${readFileSync(currentFile(), 'utf8')}more`)],
  ])('a newest one that is damaged (%s) is said, and the one before it used', async (_, damage) => {
    const again = await twoSaved()
    damage()
    expect(await again.load('control')).toMatchObject({ number: 1 })
    expect(said).toEqual(['the last good configuration is damaged'])
  })

  test('with both damaged there is none', async () => {
    const again = await twoSaved()
    truncateSync(currentFile(), 10)
    truncateSync(previousFile(), 10)
    expect(await again.load('control')).toBeUndefined()
    expect(said).toHaveLength(2)
  })

  test('a crash between the two renames leaves the newest saved one', async () => {
    const again = await twoSaved()
    rmSync(previousFile())
    const content = readFileSync(currentFile())
    rmSync(currentFile())
    writeFileSync(previousFile(), content)
    expect(await again.load('control')).toMatchObject({ number: 2 })
  })

  test('a damaged one is replaced without pushing the good one out', async () => {
    const again = await twoSaved()
    truncateSync(currentFile(), 10)
    await again.load('control')
    await again.save(revision(3), at)
    truncateSync(currentFile(), 10)
    expect(await store().load('control')).toMatchObject({ number: 1 })
  })

  test('the same content under a new number keeps the older content as the one before', async () => {
    const again = await twoSaved()
    await again.load('control')
    await again.save(revision(3, 'hash-2'), at)
    expect(await store().load('control')).toMatchObject({ number: 3, hash: 'hash-2' })
    truncateSync(currentFile(), 10)
    expect(await store().load('control')).toMatchObject({ number: 1 })
  })

  test('one that was followed from elsewhere is not used', async () => {
    const again = await twoSaved()
    expect(await again.load('/etc/switchyard/gateway.yaml')).toBeUndefined()
    await again.save({ ...revision(3), origin: '/etc/switchyard/gateway.yaml' }, at)
    expect(await store().load('control')).toMatchObject({ number: 2 })
  })

  describe('with secrets', () => {
    const secrets = (letter: string) => ({
      version: letter.repeat(16),
      values: { 'web-key': `key ${letter}`, other: 'x\ny' },
    })
    const secretFile = (letter: string) => join(folder, `secrets.${letter.repeat(16)}`)
    const files = () => readdirSync(folder).filter((name) => name.startsWith('secrets'))
    /** Revisions 1 and 2, with other values each. */
    async function twoSavedWithSecrets() {
      const first = store()
      await first.load('control')
      await first.save({ ...revision(1), secrets: secrets('a') }, at)
      await first.save({ ...revision(2), secrets: secrets('b') }, at)
      return store()
    }

    test('they come back with their revision, from files of their own that only the owner may read', async () => {
      const again = await twoSavedWithSecrets()
      expect(await again.load('control')).toEqual({ ...revision(2), secrets: secrets('b'), savedAt: at.toISOString() })
      expect(readFileSync(currentFile(), 'utf8')).not.toContain('key b')
      for (const letter of ['a', 'b']) expect(statSync(secretFile(letter)).mode & 0o777).toBe(0o600)
      expect(said).toEqual([])
    })

    test.each<[string, () => void]>([
      [
        'one byte changed',
        () => writeFileSync(secretFile('b'), readFileSync(secretFile('b'), 'utf8').replace('key b', 'key c')),
      ],
      ['cut off', () => truncateSync(secretFile('b'), 100)],
      ['of another version', () => writeFileSync(secretFile('b'), readFileSync(secretFile('a')))],
      ['gone', () => rmSync(secretFile('b'))],
    ])(
      'a revision whose secrets are damaged (%s) is passed over for the one before it, with its own',
      async (_, damage) => {
        const again = await twoSavedWithSecrets()
        damage()
        expect(await again.load('control')).toMatchObject({ number: 1, secrets: secrets('a') })
        expect(said).toHaveLength(1)
        await again.save({ ...revision(3), secrets: secrets('c') }, at)
        rmSync(currentFile())
        expect(await store().load('control')).toMatchObject({ number: 1, secrets: secrets('a') })
      },
    )

    test('other values of the same revision take the place of the ones before, and of nothing else', async () => {
      const again = await twoSavedWithSecrets()
      await again.load('control')
      await again.save({ ...revision(2), secrets: secrets('c') }, at)
      expect(await store().load('control')).toMatchObject({ number: 2, secrets: secrets('c') })
      truncateSync(currentFile(), 10)
      expect(await store().load('control')).toMatchObject({ number: 1, secrets: secrets('a') })
    })

    test('what no revision on disk needs any more is removed', async () => {
      const again = await twoSavedWithSecrets()
      writeFileSync(join(folder, 'secrets.new'), 'left behind by a crash')
      writeFileSync(join(folder, 'secrets.txt'), 'of somebody else')
      await again.load('control')
      await again.save({ ...revision(3), secrets: secrets('c') }, at)
      expect(files().sort()).toEqual(['secrets.bbbbbbbbbbbbbbbb', 'secrets.cccccccccccccccc', 'secrets.txt'])
      await again.save(revision(4), at)
      await again.save(revision(5), at)
      expect(files()).toEqual(['secrets.txt'])
    })

    test('a crash before the revision is written leaves the one before it, with its secrets', async () => {
      const again = await twoSavedWithSecrets()
      writeFileSync(secretFile('c'), 'written, but no revision needs it yet')
      expect(await again.load('control')).toMatchObject({ number: 2, secrets: secrets('b') })
      expect(said).toEqual([])
    })
  })

  test('a save that cannot be written rejects and leaves the older ones', async () => {
    const again = await twoSaved()
    await again.load('control')
    rmSync(folder, { recursive: true })
    await expect(again.save(revision(3), at)).rejects.toThrow(/ENOENT/)
  })
})
