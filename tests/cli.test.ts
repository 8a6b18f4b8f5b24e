import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener, request } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { cli, startCli } from './support/cli.ts'
import { eventually } from './support/eventually.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'
import { root } from './support/program.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend
let control: Control
let node: DataPlane
/** Of an administrator, by the environment. */
let env: Record<string, string>

beforeAll(async () => {
  folder = await temporaryFolder()
  backend = await Backend.start('a')
  control = await Control.start(join(folder.path, 'control'))
  env = { ...settings('none'), SWITCHYARD_URL: control.url, SWITCHYARD_API_TOKEN: control.token }
  node = new DataPlane(nodeArguments('one'))
})

afterAll(async () => {
  node?.program.signal('SIGCONT')
  await node?.program.stop()
  await control?.program.stop()
  await backend?.close()
  await folder?.remove()
})

const nodeArguments = (name: string): string[] => [
  ...['--control', control.url, '--token', nodeToken, '--node', name, '--workers', '1'],
  ...['--data', join(folder.path, name)],
]

/** A folder of settings of its own. */
const settings = (name: string): Record<string, string> => ({
  XDG_CONFIG_HOME: join(folder.path, 'settings', name),
  HOME: join(folder.path, 'home'),
})

const routes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `r${index}`,
    match: { path: { type: 'prefix', value: `/r${index}` } },
    forward: { upstream: 'shop' },
  }))

const documentWith = (extra: object = {}) => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
  upstreams: [
    {
      id: 'shop',
      targets: [
        { id: 'a', url: backend.url, weight: 5 },
        { id: 'b', url: backend.url },
      ],
    },
  ],
  routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
  ...extra,
})

const put = async (name: string, content: object | string): Promise<string> => {
  const path = join(folder.path, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return path
}

/** A command that must do what it is asked for. */
async function good(...args: string[]): Promise<string> {
  const { code, out, err } = await cli(args, env)
  expect({ code, err, args }).toMatchObject({ code: 0 })
  return out
}

const json = async (...args: string[]) => JSON.parse(await good(...args, '--json'))

describe('login', () => {
  test('checks a token, keeps it for its owner alone, and uses it from then on, until logout', async () => {
    const mine = settings('ann')
    const given = await cli(['login', `${control.url}/`], mine, `${control.token}\n`)
    expect(given).toEqual({ code: 0, out: `Logged in to ${control.url}; the role of this token is admin.\n`, err: '' })
    const kept = join(mine['XDG_CONFIG_HOME'] ?? '', 'switchyard', 'credentials.json')
    expect((await stat(kept)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(kept, 'utf8'))).toEqual({
      current: control.url,
      tokens: { [control.url]: control.token },
    })

    expect(await cli(['token', 'list'], mine)).toMatchObject({ code: 0, err: '' })
    // A kept token goes nowhere but to the control plane that it was kept for.
    expect(await cli(['nodes', '--url', 'http://127.0.0.1:9'], mine)).toMatchObject({ code: 4, out: '' })
    expect(await cli(['logout', '--json'], mine)).toMatchObject({ code: 0, err: '' })
    expect(await cli(['nodes'], mine)).toMatchObject({ code: 64, out: '' })
    expect(await readFile(kept, 'utf8')).not.toContain('swy_')
  })

  test('takes the token from a file, and refuses one that opens nothing', async () => {
    const mine = settings('ben')
    const viewer = await control.client.tokens.create.mutate({ name: 'viewer', kind: 'api', role: 'viewer' })
    const file = await put('viewer-token', `${viewer.token}\n`)
    const taken = await cli(['login', control.url, '--token-file', file, '--json'], mine)
    expect(JSON.parse(taken.out)).toEqual({ url: control.url, role: 'viewer' })

    // The environment stands over what is kept.
    const wrong = await cli(['nodes', '--json'], { ...mine, SWITCHYARD_API_TOKEN: 'swy_of_nobody' })
    expect(wrong.code).toBe(4)
    expect(JSON.parse(wrong.err).error).toMatchObject({ code: 'unauthorized', problems: [] })
    expect(wrong.err).not.toContain('swy_of_nobody')

    const refused = await cli(['login', control.url], settings('eve'), nodeToken)
    expect(refused).toMatchObject({ code: 1, out: '' })
    expect(refused.err).toContain('node token')
    expect(await cli(['login', control.url], settings('eve'), 'swy_of_nobody')).toMatchObject({ code: 4, out: '' })
    expect(await cli(['login', control.url], settings('eve'), '')).toMatchObject({
      code: 1,
      err: 'There is no token.\n',
    })

    const reads = await cli(['nodes'], mine)
    expect(reads).toMatchObject({ code: 0, err: '' })
    const changes = await cli(['apply', '-'], mine, JSON.stringify(documentWith()))
    expect(changes).toEqual({ code: 4, out: '', err: 'Your role does not allow this.\n' })
  })

  test('is asked for where there is neither a login nor an environment', async () => {
    const nobody = settings('nobody')
    expect((await cli(['nodes'], nobody)).code).toBe(64)
    const { code, err } = await cli(['nodes'], { ...nobody, SWITCHYARD_URL: control.url })
    expect([code, err]).toEqual([4, expect.stringContaining(`switchyard login ${control.url}`)])
  })
})

describe('validate', () => {
  test('names every problem of a file with its line and path', async () => {
    const file = await put(
      'wrong.yaml',
      'switchyard: 1\nroutes:\n  - id: a\n    colour: red\n    forward: { upstream: x }\n',
    )
    const { code, out, err } = await cli(['validate', file], env)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`${file}:4: routes[0].colour: `)
    expect(err).toMatch(/is not valid\.\n$/)
    const asJson = await cli(['validate', file, '--json'], env)
    expect(JSON.parse(asJson.err).error).toMatchObject({
      code: 'invalid',
      problems: [{ file, line: 4, path: 'routes[0].colour' }],
    })
  })

  test('names the file of a folder that a problem comes from', async () => {
    const { listeners, upstreams } = documentWith()
    await mkdir(join(folder.path, 'parts'))
    await put('parts/10-front.json', { switchyard: 1, listeners, upstreams })
    await put('parts/20-routes.yaml', 'routes:\n  - id: shop\n    forward: { upstream: shop }\n')
    await put('parts/30-more.yml', '# more of them\nroutes:\n  - id: beta\n    forward:\n      upstream: shpo\n')
    const wrong = await cli(['validate', join(folder.path, 'parts')], env)
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('30-more.yml:5: routes[0].forward.upstream: there is no upstream "shpo"')
    await put('parts/30-more.yml', 'routes:\n  - id: beta\n    forward: { upstream: shop }\n')
    expect(await json('validate', join(folder.path, 'parts'))).toEqual({ valid: true, problems: [] })
    await put('parts/40-again.yml', 'switchyard: 1\nroutes:\n  - id: beta\n')
    const twice = await cli(['apply', join(folder.path, 'parts')], env)
    expect([twice.code, twice.err]).toEqual([1, expect.stringMatching(/40-again\.yml:3: .*30-more\.yml:2 too/)])
  })

  test('changes nothing', async () => {
    expect(await json('revisions')).toEqual([])
    expect(await good('revisions')).toBe('Nothing has been published yet.\n')
    expect(await good('export')).toBe('switchyard: 1\n')
  })
})

describe('a document', () => {
  test('is compared, applied, waited for, and applied again without effect', async () => {
    const file = await put('gateway.json', documentWith())
    expect(await cli(['diff', file], env)).toEqual({
      ...{ code: 2, err: '', out: '+ listener web added\n+ upstream shop added\n+ route shop added\n' },
    })
    expect(await good('apply', file, '--dry-run')).toContain('+ route shop added\nNothing was changed')
    expect((await cli(['diff', file], env)).code).toBe(2)

    const applied = await json('apply', file, '--wait', '--message', 'the first')
    expect(applied).toMatchObject({ revision: 1, converged: true, nodes: [{ name: 'one', state: 'applied' }] })
    expect(applied.sentences).toEqual(['listener web added', 'upstream shop added', 'route shop added'])
    await node.ready()
    expect(await (await fetch(node.url())).text()).toBe('a')

    expect(await cli(['diff', file], env)).toEqual({ code: 0, out: 'Nothing differs.\n', err: '' })
    expect(await json('diff', file)).toEqual({ differs: false, changes: [], sentences: [], unpublished: [] })
    const again = await good('apply', file, '--wait')
    expect(again).toMatch(/^Nothing to do: r1 says the same\.\nr1 serves on 1 of 1 node.*\n {2}one {2}● applied/)
    expect(await json('apply', file)).toEqual({ ...nothing, changes: [], sentences: [] })
  })

  test('leaves what it does not name, until it is to prune; a guard asks before much goes', async () => {
    await good('apply', await put('more.json', documentWith({ routes: routes(4) })))
    expect((await control.client.routes.list.query()).map(({ id }) => id)).toEqual(['shop', 'r0', 'r1', 'r2', 'r3'])
    const few = await put('few.json', documentWith())
    expect(await cli(['diff', few], env)).toMatchObject({ code: 0 })
    const pruned = await cli(['diff', few, '--prune'], env)
    expect(pruned).toMatchObject({
      code: 2,
      out: '- route r0 removed\n- route r1 removed\n- route r2 removed\n- route r3 removed\n',
    })

    const asks = await cli(['apply', few, '--prune', '--json'], env)
    expect([asks.code, JSON.parse(asks.err).error.code]).toEqual([1, 'confirmation_required'])
    const inWords = await cli(['apply', few, '--prune'], env)
    expect(inWords.err).toContain('This removes 4 of 5 routes that serve now.')
    expect(inWords.err).toContain('--confirm')
    expect(await json('apply', few, '--prune', '--confirm')).toMatchObject({ revision: 3 })
  })

  test('waits in the draft with --no-publish, and is published by publish', async () => {
    const file = await put('draft.json', documentWith({ routes: [...documentWith().routes, ...routes(1)] }))
    const put1 = await json('apply', file, '--no-publish')
    expect(put1).toEqual({ ...nothing, changes: expect.any(Array), sentences: ['route r0 added'] })
    expect(await good('apply', file, '--no-publish')).toBe('Nothing to do: the draft says the same.\n')
    // It is what the draft says, and would be published nevertheless.
    expect(await cli(['diff', file], env)).toMatchObject({
      ...{ code: 2, out: 'In the draft already, not published:\n+ route r0 added\n' },
    })
    expect(await json('publish', '-m', 'one more', '--wait')).toMatchObject({
      ...{ revision: 4, sentences: ['route r0 added'], converged: true },
    })
    expect(await good('publish')).toBe('Nothing to publish: the draft does not differ from r4.\n')
    expect(await json('publish')).toEqual({ ...nothing, changes: [], sentences: [] })
  })

  test('of 200 KB comes in by standard input and goes out again, the same', async () => {
    const large = documentWith({ routes: routes(2300) })
    const text = JSON.stringify(large)
    expect(text.length).toBeGreaterThan(200_000)
    const applied = await cli(['apply', '-', '--wait', '--json'], env, text)
    expect(applied).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(applied.out)).toMatchObject({ converged: true })
    const yaml = await good('export')
    for (const [name, content] of [
      ['again.yaml', yaml],
      ['again.json', await good('export', '--format', 'json')],
    ] as const) {
      expect(await good('apply', await put(name, content), '--prune')).toContain('Nothing to do')
    }
    const out = join(folder.path, 'exported.json')
    expect(await json('export', '-o', out)).toEqual({ format: 'json', file: out })
    expect(JSON.parse(await readFile(out, 'utf8')).routes).toHaveLength(2301)

    // Who reads may have read enough.
    const reading = startCli(['export'], env)
    await once(reading.stdout, 'data')
    reading.stdout.destroy()
    expect(await reading.ended).toMatchObject({ code: 0, err: '' })

    await good('rollback', '4', '--confirm', '--wait')
  })
})

/** What a command that publishes says when it published nothing and nobody asked it to wait. */
const nothing = { revision: null, converged: null, nodes: null }

describe('targets', () => {
  test('get a weight and are drained, in the draft or at once', async () => {
    expect(await json('weight', 'shop/b', '3')).toEqual({ upstream: 'shop', target: 'b', ...nothing })
    const published = await json('weight', 'shop/b', '4', '--publish', '--wait')
    expect(published).toMatchObject({ upstream: 'shop', target: 'b', converged: true })
    expect(await good('weight', 'shop/b', '4', '--publish')).toBe(
      'Nothing to publish: target b of shop has weight 4 already.\n',
    )
    expect(await good('drain', 'shop/a', '--publish')).toMatch(/^r\d+ is published: target a of shop drains\.\n$/)
    expect(await good('drain', 'shop/a', '--undrain', '--publish')).toMatch(/target a of shop takes traffic\.\n$/)
    expect(await cli(['weight', 'shpo/a', '1'], env)).toEqual({
      ...{ code: 1, out: '', err: 'There is no upstream "shpo"; did you mean "shop"?\n' },
    })
    expect((await cli(['drain', 'shop/c'], env)).err).toBe('There is no target "c" in shop.\n')
  })

  test('changed by somebody else between the look and the change are a conflict', async () => {
    const between = await startBetween('targets.setWeight', () => cli(['weight', 'shop/a', '9'], env))
    try {
      const late = await cli(['weight', 'shop/b', '1', '--json'], { ...env, SWITCHYARD_URL: between.url })
      expect([late.code, late.out, JSON.parse(late.err).error.code]).toEqual([3, '', 'conflict'])
      const { value } = await control.client.upstreams.get.query({ id: 'shop' })
      expect(value.targets?.map(({ weight }) => weight)).toEqual([9, 4])
    } finally {
      await between.close()
    }
  })
})

describe('revisions', () => {
  test('are listed, told, and rolled back to', async () => {
    await good('publish', '--wait')
    const listed = await json('revisions', '--limit', '2')
    expect(listed).toHaveLength(2)
    const head = listed[0].number
    const lines = (await good('revisions')).split('\n')
    expect(lines[0]).toMatch(/^revision +published +by +applied +rejected +what$/)
    expect(lines[1]).toMatch(new RegExp(`^r${head} +\\S.* token test +`))
    expect(lines.at(-2)).toMatch(/^r1 .* the first$/)
    const one = await json('revisions', '1')
    expect(one).toMatchObject({ number: 1, message: 'the first', nodes: { applied: 1, rejected: 0 } })
    expect(await good('revisions', 'r1')).toContain('\nlistener web added\n')
    expect(await cli(['revisions', '4711'], env)).toMatchObject({ code: 1, err: 'There is no revision 4711.\n' })

    expect(await json('rollback', '1', '--wait', '--confirm')).toMatchObject({
      ...{ revision: head + 1, rollbackOf: 1, converged: true },
    })
    expect(await good('rollback', '1')).toContain(`Nothing to do: r${head + 1} is the newest`)
    expect(await json('rollback', '1')).toEqual({ ...nothing, rollbackOf: 1 })
    expect(await cli(['rollback', '4711'], env)).toMatchObject({ code: 1, err: 'There is no revision 4711.\n' })
  })
})

describe('tokens', () => {
  test('are made, listed and revoked; one in a file is shown nowhere', async () => {
    const { code, out, err } = await cli(['token', 'create', 'ci', '--role', 'admin', '--days', '90'], env)
    expect([code, out]).toEqual([0, expect.stringMatching(/^swy_\S+\n$/)])
    expect(err).toMatch(/^Token ci is made \(id \S+\)\. It is shown this once\.\n$/)
    const theirs = { ...env, SWITCHYARD_API_TOKEN: out.trim() }
    expect((await cli(['nodes'], theirs)).code).toBe(0)

    const file = join(folder.path, 'made-token')
    const quiet = await cli(['token', 'create', 'node-9', '--kind', 'node', '-o', file], env)
    expect(quiet.out + quiet.err).not.toContain('swn_')
    expect(await readFile(file, 'utf8')).toMatch(/^swn_\S+\n$/)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await cli(['token', 'create', 'x', '-o', file], env)).code).toBe(1)

    expect(await good('token', 'list')).toMatch(/^id +name +kind +role +made +used +expires\n/)
    expect((await json('token', 'list')).map(({ name }: { name: string }) => name)).toContain('ci')
    expect(await json('token', 'revoke', 'ci')).toMatchObject({ name: 'ci' })
    expect((await cli(['nodes'], theirs)).code).toBe(4)
    expect((await cli(['token', 'revoke', 'ci'], env)).code).toBe(1)
    const made = JSON.parse((await cli(['token', 'create', 'again', '--json'], env)).out)
    expect(made).toEqual({ id: expect.any(String), name: 'again', kind: 'api', token: expect.stringMatching(/^swy_/) })
    // An id may begin with a dash.
    await good('token', 'revoke', '--', made.id)
  })
})

describe('a revision that does not serve', () => {
  test('is a failure of its own when a node rejects it, with reason and path; rolling back mends it', async () => {
    const taken: Server = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    try {
      const { port } = taken.address() as AddressInfo
      const listeners = [...documentWith().listeners, { id: 'other', address: '127.0.0.1', port }]
      const file = await put('taken.json', documentWith({ listeners }))
      const refused = await cli(['apply', file, '--wait', '--json'], env)
      expect(refused.code).toBe(6)
      expect(JSON.parse(refused.out)).toMatchObject({
        ...{ converged: false, nodes: [{ name: 'one', state: 'rejected', code: 'port_in_use' }] },
      })
      expect(JSON.parse(refused.err).error).toMatchObject({
        ...{ code: 'rejected', problems: [{ path: 'listeners[1].port' }] },
      })
      // Applying it again is no way around that.
      const again = await cli(['apply', file, '--wait'], env)
      expect(again).toMatchObject({ code: 6, out: expect.stringContaining('■ rejected') })
      expect(again.err).toMatch(/^listeners\[1\]\.port: one: .*\nr\d+ is rejected by one\.\n$/m)
      expect(await good('nodes')).toMatch(/one +■ rejected[\s\S]*one rejected r\d+: port_in_use/)
      await good('rollback', '1', '--wait')
      expect((await json('nodes'))[0]).toMatchObject({ name: 'one', state: 'applied' })
    } finally {
      taken.close()
    }
  })

  test('is one when a node does not answer in time, which Ctrl-C may cut short', async () => {
    node.program.signal('SIGSTOP')
    try {
      const started = Date.now()
      const late = await cli(['weight', 'shop/b', '7', '--publish', '--wait', '1', '--json'], env)
      expect(late.code).toBe(6)
      expect(JSON.parse(late.out)).toMatchObject({ converged: false, nodes: [{ name: 'one', state: 'pending' }] })
      expect(JSON.parse(late.err).error).toMatchObject({ code: 'not_converged' })
      expect(Date.now() - started).toBeLessThan(10_000)

      const waiting = startCli(['weight', 'shop/b', '8', '--publish', '--wait'], env)
      await eventually(() => expect(waiting.said().err).toContain('Waiting for the nodes'))
      waiting.signal('SIGINT')
      const { code, err } = await waiting.ended
      expect([code, err]).toEqual([130, expect.stringMatching(/Interrupted; r\d+ is published all the same\.\n$/)])
    } finally {
      node.program.signal('SIGCONT')
    }
    await eventually(async () => expect((await json('nodes'))[0]).toMatchObject({ state: 'applied' }))
  })

  test('is none when a silent node is the only one that has not got it; it is named', async () => {
    const second = await DataPlane.start(nodeArguments('two'))
    await eventually(async () => expect(await json('nodes')).toHaveLength(2))
    await second.program.kill()
    const waited = await good('weight', 'shop/b', '9', '--publish', '--wait')
    expect(waited).toMatch(/serves on 1 of 2 nodes.*; silent: two\.\n/)
    expect(waited).toMatch(/two {2}◌ unknown +silent for \d+ s/)
    await control.client.nodes.remove.mutate({ name: 'two' })
  })
})

test('a control plane that is away has an exit code of its own', async () => {
  const away = await cli(['nodes', '--json'], { ...env, SWITCHYARD_URL: 'http://127.0.0.1:9' })
  expect([away.code, away.out, JSON.parse(away.err).error.code]).toEqual([5, '', 'unreachable'])
  // One whose name is no address of this machine is warned of, once.
  const { err } = await cli(['nodes'], { ...env, SWITCHYARD_URL: 'http://control.invalid' })
  expect(err.match(/^Warning: The token goes to http:\/\/control\.invalid unencrypted/gm)).toHaveLength(1)
})

test('the commands of the README do what it says', async () => {
  // As `npm start` makes it.
  const demo = { id: 'demo', targets: documentWith().upstreams[0]?.targets }
  const seeded = await Control.start(join(folder.path, 'readme'))
  const serving = new DataPlane([
    ...['--control', seeded.url, '--token', nodeToken, '--node', 'one', '--workers', '1'],
    ...['--data', join(folder.path, 'readme-node')],
  ])
  try {
    const route = { id: 'demo', forward: { upstream: 'demo' } }
    const document = JSON.stringify({ ...documentWith(), upstreams: [demo], routes: [route] })
    await seeded.client.config.apply.mutate({ text: document, format: 'json', publish: true })
    await serving.ready()

    const [, block] =
      /<!-- run by tests\/cli\.test\.ts -->\n```sh\n([\s\S]*?)```/.exec(readFileSync(`${root}/README.md`, 'utf8')) ?? []
    const work = join(folder.path, 'work')
    await mkdir(work)
    await symlink(`${root}/node_modules`, join(work, 'node_modules'))
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', block ?? 'false'], {
      cwd: work,
      encoding: 'utf8',
      timeout: 120_000,
      env: {
        ...settings('readme'),
        PATH: process.env['PATH'],
        SWITCHYARD_URL: seeded.url,
        SWITCHYARD_API_TOKEN: seeded.token,
      },
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toContain('gateway.yaml is valid.')
    expect(stdout).toContain('target a of demo: weight 5 → 3')
    expect(stdout).toMatch(/r2 serves on 1 of 1 node/)
    expect(stdout).toMatch(/r3 is published, with the content of r1\.\nr3 serves on 1 of 1 node/)
  } finally {
    await serving.program.stop()
    await seeded.program.stop()
  }
})

/** Passes everything on to the control plane; before the first call of this procedure it lets something else happen. */
async function startBetween(procedure: string, happen: () => Promise<unknown>) {
  const pass: RequestListener = (req, res) => {
    const onward = request(`${control.url}${req.url}`, { method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    req.pipe(onward)
  }
  let happened = false
  const server: HttpServer = createHttpServer((req, res) => {
    if (happened || !req.url?.includes(procedure)) return pass(req, res)
    happened = true
    void happen().then(() => pass(req, res))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
