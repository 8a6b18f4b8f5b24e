import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readReferredFile, resolveSecret, type SecretSources } from './secrets.ts'

let sources: SecretSources
beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'))
  const env = { WEB_KEY: 'from the environment', EMPTY: '' }
  sources = {
    folder,
    env,
    secrets: new Map([
      ['web', 'kept'],
      ['empty', ''],
    ]),
  }
})
afterAll(() => rmSync(sources.folder, { recursive: true }))

const write = (name: string, content: string | Buffer) => writeFileSync(join(sources.folder, name), content)
const problemOf = async (value: Promise<string>) => {
  const error = await value.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ code: 'invalid' })
  const [problem, ...others] = (error as { problems: { path: string; message: string }[] }).problems
  expect(others).toEqual([])
  return `${problem?.path}: ${problem?.message.replace(sources.folder, '…')}`
}

describe('a secret', () => {
  test('comes with the revision, from a variable, or from a file beside the configuration or anywhere', async () => {
    write('web.key', 'from a file\n')
    expect(await resolveSecret({ secret: 'web' }, 'key', sources)).toBe('kept')
    expect(await resolveSecret({ env: 'WEB_KEY' }, 'key', sources)).toBe('from the environment')
    expect(await resolveSecret({ file: 'web.key' }, 'key', sources)).toBe('from a file')
    expect(await resolveSecret({ file: join(sources.folder, 'web.key') }, 'key', sources)).toBe('from a file')
  })

  test('that is not there, or empty, is told with its place', async () => {
    expect(await problemOf(resolveSecret({ secret: 'web2' }, 'a.key', sources))).toBe(
      'a.key.secret: there is no secret "web2"',
    )
    expect(await problemOf(resolveSecret({ secret: 'empty' }, 'a.key', sources))).toContain('is empty')
    for (const env of ['EMPTY', 'MISSING', '__proto__']) {
      expect(
        await problemOf(resolveSecret({ env }, 'a.key', { ...sources, env: Object.create({ MISSING: 'x' }) })),
      ).toContain(`a.key.env: the environment variable ${env} is not set`)
    }
    expect(await problemOf(resolveSecret({ file: 'none' }, 'a.key', sources))).toBe(
      'a.key.file: …/none cannot be read: there is no such file',
    )
  })
})

describe('a file', () => {
  test('is bounded, whatever it says of its size', async () => {
    write('largest', Buffer.alloc(1_048_576, 'x'))
    expect(await readReferredFile('largest', 'a', sources)).toHaveLength(1_048_576)
    write('larger', Buffer.alloc(1_048_577, 'x'))
    expect(await problemOf(readReferredFile('larger', 'a', sources))).toBe('a: …/larger is longer than 1 MiB')
    expect(await problemOf(readReferredFile('/dev/zero', 'a', sources))).toBe('a: /dev/zero is not a file')
  })

  test('is a file, and not a folder or a pipe that nobody writes to', async () => {
    execFileSync('mkfifo', [join(sources.folder, 'pipe')])
    expect(await problemOf(readReferredFile('pipe', 'a', sources))).toBe('a: …/pipe is not a file')
    expect(await problemOf(readReferredFile('.', 'a', sources))).toContain('is not a file')
    write('empty', '')
    expect(await problemOf(readReferredFile('empty', 'a', sources))).toBe('a: …/empty is empty')
  })

  test.skipIf(process.getuid?.() === 0)('that may not be read is told so', async () => {
    write('closed', 'x')
    chmodSync(join(sources.folder, 'closed'), 0)
    expect(await problemOf(readReferredFile('closed', 'a', sources))).toContain('this process may not read it')
  })
})
