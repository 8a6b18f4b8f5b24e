import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { check } from '../check.ts'
import { describeProblem, readConfigFile } from './read-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-read-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}
const yaml = 'switchyard: 1\nroutes:\n  - id: page\n    middleware: [{ type: respond, body: hello }]\n'
const json = '{"switchyard":1,"routes":[{"id":"page","middleware":[{"type":"respond","body":"hello"}]}]}'

describe('reading a configuration file', () => {
  test('the same document in YAML and in JSON is the same revision', async () => {
    const [one, other] = await Promise.all([
      readConfigFile(await write('a.yaml', yaml)),
      readConfigFile(await write('a.json', json)),
    ])
    expect(one.result).toMatchObject({ ok: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(other.result).toEqual({ ...one.result, text: json, format: 'json' })
    expect(other.textHash).not.toBe(one.textHash)
  })

  test('problems carry path and line', async () => {
    const { result } = await readConfigFile(await write('a.yaml', `${yaml}    colour: red\n`))
    expect(result).toMatchObject({ ok: false, problems: [{ path: 'routes[0].colour', line: 5 }] })
  })

  test.each<[string, string | Uint8Array]>([
    ['an empty file', ''],
    ['half a file', yaml.slice(0, -25)],
    ['bytes that are not text', Uint8Array.of(0xff, 0xfe, 0x00, 0x80)],
  ])('%s is not a configuration', async (_, content) => {
    expect((await readConfigFile(await write('a.yaml', content))).result.ok).toBe(false)
  })

  test('a file that is not there throws', async () => {
    await expect(readConfigFile(join(folder, 'nothing.yaml'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('a problem is written as editors and compilers write places', () => {
    expect(describeProblem('a.yaml', { path: 'routes[0].colour', message: 'unknown', line: 5 })).toBe(
      'a.yaml:5: routes[0].colour: unknown',
    )
    expect(describeProblem('a.yaml', { path: '', message: 'too long' })).toBe('a.yaml: too long')
  })
})

describe('--check', () => {
  const run = async (path: string) => {
    const said: string[] = []
    const say = (text: string) => void said.push(text)
    return { code: await check(path, { out: say, err: say }), said: said.join('') }
  }

  test('says every problem with its place, and 1', async () => {
    const path = await write('a.yaml', `${yaml}    colour: red\n    forward: { upstream: nobody }\n`)
    const { code, said } = await run(path)
    expect(code).toBe(1)
    expect(said).toContain(`${path}:5: routes[0].colour: `)
    expect(said.trimEnd().split('\n').length).toBeGreaterThanOrEqual(1)
  })

  test('says that a file is right, and 0', async () => {
    expect(await run(await write('a.json', json))).toMatchObject({ code: 0, said: expect.stringContaining('is right') })
  })

  test('says that a file is not there, and 1', async () => {
    expect(await run(join(folder, 'nothing.yaml'))).toMatchObject({
      code: 1,
      said: expect.stringContaining('no such file'),
    })
  })

  test('finds a key of affinity that this node does not have', async () => {
    const lines = ['switchyard: 1', 'upstreams:', '  - id: shop', '    affinity:', '      type: cookie', '      key:']
    const { code, said } = await run(
      await write('affinity.yaml', [...lines, '        file: nowhere.key', ''].join('\n')),
    )
    expect(code).toBe(1)
    expect(said).toMatch(/affinity\.yaml:7: upstreams\[0\]\.affinity\.key\.file: .*there is no such file/)
  })
})
