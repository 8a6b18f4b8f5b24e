import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { commands } from './registry.ts'
import { run } from './run.ts'

/**
 * A server that says what a control plane says seldom, or never: conflicts at will, defects, hostile text. The real one is
 * asked in tests/cli.test.ts.
 */
let server: Server
let url: string
let asked: string[]
let answers: Record<string, (() => unknown)[]>
let home: string

/** Of the table of errors. */
class Refusal {
  readonly body: object
  readonly status: number
  constructor(status: number, reason: string, message = 'A sentence.', problems: object[] = []) {
    this.status = status
    this.body = { error: { message, code: -32_000, data: { code: 'X', httpStatus: status, reason, problems } } }
  }
}

beforeEach(async () => {
  home = await mkdtemp(`${tmpdir()}/switchyard-cli-`)
  asked = []
  answers = {}
  server = createServer((req, res) => {
    const name = (req.url ?? '').split('?')[0]?.slice('/api/trpc/'.length) ?? ''
    asked.push(name)
    const [next, ...later] = answers[name] ?? []
    if (later.length > 0) answers[name] = later
    const said = next?.() ?? new Refusal(404, 'not_found')
    const [status, body] = said instanceof Refusal ? [said.status, said.body] : [200, { result: { data: said } }]
    req.resume()
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(home, { recursive: true })
})

async function cli(line: string, input: string | Readable = '', signal = new AbortController().signal) {
  const written = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write(text: string) {
      written[name] += text
    },
  })
  const env = { SWITCHYARD_URL: url, SWITCHYARD_API_TOKEN: 'swy_secret', XDG_CONFIG_HOME: home }
  const stdin = typeof input === 'string' ? Readable.from([input]) : input
  const args = line.split(' ').filter((one) => one !== '')
  const code = await run(commands, args, { env, stdin, signal, now: Date.now }, { out: sink('out'), err: sink('err') })
  return { code, ...written }
}

describe('what the API refuses', () => {
  test.each([
    ['invalid', 400, 1],
    ['not_found', 404, 1],
    ['in_use', 409, 1],
    ['confirmation_required', 412, 1],
    ['too_many_attempts', 429, 1],
    ['conflict', 409, 3],
    ['unauthorized', 401, 4],
    ['forbidden', 403, 4],
    ['internal', 500, 5],
  ])('%s ends with its exit code', async (reason, status, code) => {
    answers = { 'nodes.list': [() => new Refusal(status, reason)] }
    const { code: ended, err, out } = await cli('nodes --json')
    expect([ended, out]).toEqual([code, ''])
    expect(JSON.parse(err)).toMatchObject({ error: { code: reason, problems: [] } })
  })

  test('is told with its problems, before the sentence', async () => {
    const problems = [{ path: 'routes[0].forward', message: 'there is no upstream "x"', line: 4 }, 'nonsense']
    answers = { 'config.apply': [() => new Refusal(400, 'invalid', 'Wrong.', problems as object[])] }
    expect(await cli('apply -', 'switchyard: 1')).toEqual({
      ...{ code: 1, out: '', err: 'stdin:4: routes[0].forward: there is no upstream "x"\nWrong.\n' },
    })
  })
})

describe('a conflict', () => {
  test('is tried once more where the same again means the same', async () => {
    answers = {
      'config.apply': [() => new Refusal(409, 'conflict'), () => ({ changes: [], revision: 7 })],
    }
    expect(await cli('apply -', 'switchyard: 1')).toMatchObject({ code: 0, out: 'r7 is published.\n' })
    expect(asked).toEqual(['config.apply', 'config.apply'])
  })

  test('is told when it stays', async () => {
    answers = { 'config.apply': [() => new Refusal(409, 'conflict')] }
    expect(await cli('apply -', 'switchyard: 1')).toMatchObject({ code: 3 })
    expect(asked).toEqual(['config.apply', 'config.apply'])
  })

  test('is told at once everywhere else', async () => {
    const upstream = { id: 'shop', etag: 'e1', value: { id: 'shop', targets: [{ id: 'a' }] } }
    answers = { 'upstreams.get': [() => upstream], 'targets.setWeight': [() => new Refusal(409, 'conflict')] }
    expect(await cli('weight shop/a 3')).toMatchObject({ code: 3 })
    expect(asked).toEqual(['upstreams.get', 'targets.setWeight'])
  })
})

describe('the command line', () => {
  test.each([
    ['', 'Which command?'],
    ['aply x', 'There is no command "aply"; did you mean "apply"?'],
    ['frobnicate', 'There is no command "frobnicate".'],
    ['token', '"token" needs one of: create, list, revoke.'],
    ['token lits', 'There is no command "token lits"; did you mean "token list"?'],
    ['apply', 'apply needs FILE|FOLDER|-.'],
    ['apply a b', 'apply takes FILE|FOLDER|-, no more.'],
    ['nodes x', 'nodes takes no arguments, no more.'],
    ['rollback --wait 41', 'rollback needs NUMBER. A number behind --wait is its seconds.'],
    ['apply a --no-publish --wait', '--wait is for what is published'],
    ['weight shop/a 70000', 'The weight must be a whole number from 0 to 65535.'],
    ['weight shop 7', 'Write UPSTREAM/TARGET, such as shop/a.'],
    ['drain shop/a --wait', '--wait is for what is published; add --publish.'],
    ['export --format xml', '--format is yaml or json.'],
    ['nodes --url http://admin:pw@example.com', 'must not hold a user or password'],
  ])('"%s" is refused before anything is asked', async (line, message) => {
    const { code, err } = await cli(line)
    expect([code, asked]).toEqual([64, []])
    expect(err).toContain(message)
  })

  test('every command has help with an example that is a command line of its own', async () => {
    const overview = await cli('--help')
    for (const { name, example } of commands) {
      expect(overview.out).toContain(`  ${name}`)
      const help = await cli(`${name} --help`)
      expect(help).toMatchObject({ code: 0, err: '' })
      expect(help.out).toContain(example)
      expect(example.startsWith(`switchyard ${name}`)).toBe(true)
      expect((await cli(`help ${name}`)).out).toBe(help.out)
    }
    expect(asked).toEqual([])
  })

  test('help names every exit code, and nothing that is not there', async () => {
    const { out } = await cli('help')
    for (const code of [0, 1, 2, 3, 4, 5, 6, 64, 70, 130]) expect(out).toMatch(new RegExp(`^ {2}${code} `, 'm'))
    expect(out).not.toContain('explain')
  })
})

test('what a hostile server says does nothing to a terminal', async () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\u202e'
  const node = { name: evil, state: 'applied', serving: null, outcome: null, workers: [], listeners: [] }
  answers = { 'nodes.list': [() => [{ ...node, lastHeardAt: evil }], () => new Refusal(400, 'invalid', evil)] }
  const listed = await cli('nodes')
  const refused = await cli('nodes')
  expect(listed.code).toBe(0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what must not be there.
  for (const text of [listed.out, refused.err]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
})

test('an answer that is none is a failure with a code of its own, not a stack', async () => {
  answers = { 'nodes.list': [() => ({ no: 'list' })] }
  const { code, err } = await cli('nodes')
  expect(code).toBe(70)
  expect(err).toMatch(/^This should not have happened: TypeError: [^\n]*\n$/)
})

test('the token is in nothing that is said', async () => {
  for (const line of ['nodes', 'nodes --json', 'apply -', 'token list', '--help', 'login x']) {
    const { out, err } = await cli(line, 'switchyard: 1')
    expect(out + err).not.toContain('swy_secret')
  }
})

test('Ctrl-C ends what waits for input', async () => {
  const stopping = new AbortController()
  const reading = cli('apply -', new PassThrough(), stopping.signal)
  setTimeout(() => stopping.abort(), 50)
  expect(await reading).toEqual({ code: 130, out: '', err: 'Interrupted.\n' })
  expect(asked).toEqual([])
})

test('Ctrl-C ends what waits for an answer', async () => {
  const stopping = new AbortController()
  server.removeAllListeners('request')
  server.on('request', () => stopping.abort())
  expect(await cli('nodes', '', stopping.signal)).toEqual({ code: 130, out: '', err: 'Interrupted.\n' })
})
