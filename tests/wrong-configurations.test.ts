import { once } from 'node:events'
import { rename, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { hashText } from '@switchyard/core/config/canonical'
import type { Problem } from '@switchyard/core/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Backend } from './support/backend.ts'
import { renewedCertificate, shopCertificate } from './support/certificate.ts'
import { eventually } from './support/eventually.ts'
import { startLoad } from './support/load.ts'
import { Control, DataPlane, nodeToken, temporaryFolder } from './support/product.ts'
import { type Draft, rightDocument, wrongDocuments, wrongTexts } from './support/wrong-configurations/documents.ts'
import { NodeApi } from './support/wrong-configurations/node-api.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backend: Backend

beforeAll(async () => {
  folder = await temporaryFolder()
  backend = await Backend.start('a')
})
afterAll(async () => {
  await backend?.close()
  await folder?.remove()
})

/** Every wrong document and text, as it is sent. */
const everyWrong = () => [
  ...wrongDocuments.map(({ make, ...about }) => {
    const document = rightDocument(backend.url)
    make(document)
    return { ...about, format: 'json' as const, text: JSON.stringify(document), document }
  }),
  ...wrongTexts.map((about) => ({ ...about, document: undefined })),
]

/** Whether the problem that was expected is among those that were told. */
function expectProblem(
  problems: readonly Problem[],
  { name, path, reason }: { name: string; path: string; reason: RegExp },
) {
  const said = problems.map((one) => `${one.path}: ${one.message}`)
  expect(said, name).toContainEqual(
    expect.stringMatching(new RegExp(`^${literally(path)}: .*(?:${reason.source})`, reason.flags)),
  )
}
const problemsOf = (error: unknown) => (error as { data?: { problems?: Problem[]; reason?: string } }).data

/** Light and steady, until the end of the test; then none may have failed. */
function underLoad(node: DataPlane) {
  const loads = ['/shop', '/'].map((path) => startLoad(`${node.url()}${path}`, { connections: 2, pauseMs: 5 }))
  return async () => {
    for (const load of loads) {
      const { failures, requests } = await load.stop()
      expect(failures).toEqual([])
      expect(requests).toBeGreaterThan(0)
    }
  }
}
const page = async (node: DataPlane) => (await fetch(`${node.url()}/`)).text()

interface State {
  revision: { number: number; hash: string } | null
  outcome: { status: string; number: number; hash: string; code?: string; problems?: Problem[] } | null
}
async function stateOf(node: DataPlane): Promise<State> {
  const { revision, outcome } = await node.state()
  // Without its age.
  return {
    revision: revision && { number: revision.number, hash: revision.hash },
    outcome: outcome as State['outcome'],
  }
}

describe('with the API', () => {
  let control: Control
  let node: DataPlane

  beforeAll(async () => {
    control = await Control.start(join(folder.path, 'control'))
    const text = JSON.stringify(rightDocument(backend.url))
    await control.client.config.apply.mutate({ text, format: 'json', publish: true })
    node = await startNode()
  })
  afterAll(async () => {
    await node?.program.stop()
    await control?.program.stop()
  })
  const startNode = () =>
    DataPlane.start(
      [
        ...['--control', control.url, '--token', nodeToken, '--node', 'one', '--workers', '1'],
        ...['--data', join(folder.path, 'one')],
      ],
      { WEB_KEY: renewedCertificate.key },
    )

  test('whatever is wrong is refused by validate and by apply, with path and reason, and changes nothing', async () => {
    const { client } = control
    const before = await client.revisions.status.query()
    for (const wrong of everyWrong()) {
      const { text, format } = wrong
      expectProblem((await client.config.validate.query({ text, format })).problems, wrong)
      const error = await client.config.apply
        .mutate({ text, format, prune: true, publish: true, confirm: true })
        .catch(problemsOf)
      expect(error, wrong.name).toMatchObject({ reason: 'invalid' })
      expectProblem((error as { problems: Problem[] }).problems, wrong)
    }
    const { draft, head } = await client.revisions.status.query()
    expect({ etag: draft.etag, head }).toEqual({ etag: before.draft.etag, head: before.head })
  }, 120_000)

  test('a resource that is wrong is refused where it is created or changed, with the path in it', async () => {
    const { client } = control
    const right = rightDocument(backend.url)
    let tried = 0
    for (const wrong of wrongDocuments) {
      const [, kind, index, path] = /^(listeners|upstreams|routes|certificates)\[(\d+)\]\.(.+)$/.exec(wrong.path) ?? []
      const document = rightDocument(backend.url)
      wrong.make(document)
      if (kind === undefined || path === undefined || path === 'id' || differing(right, document) !== 1) continue
      const value = document[kind][Number(index)]
      // Beyond what one call takes.
      if (JSON.stringify(value).length > 900_000) continue
      const router = client[kind as 'routes']
      const is = right[kind]?.[Number(index)]
      const etag = is && (await router.get.query({ id: is.id })).etag
      const call = is ? router.update.mutate({ id: is.id, etag, value }) : router.create.mutate({ value })
      const error = await call.catch(problemsOf)
      expect(error, wrong.name).toMatchObject({ reason: 'invalid' })
      expectProblem((error as { problems: Problem[] }).problems, { ...wrong, path })
      tried++
    }
    expect(tried).toBeGreaterThan(60)
    expect((await client.revisions.status.query()).draft.sentences).toEqual([])
  })

  test('what is longer than 10 MB is refused', async () => {
    for (const text of ['#'.repeat(10_000_001), `${' '.repeat(13_000_000)}1`]) {
      const refused = control.client.config.apply.mutate({ text, format: 'yaml' })
      await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/./) })
    }
    expect((await control.client.revisions.status.query()).draft.sentences).toEqual([])
  })

  test('what only a node can find wrong is rejected there, with code and path; it serves on, and takes the next good one', async () => {
    const taken = await takePort()
    const loaded = underLoad(node)
    try {
      for (const [i, wrong] of nodeFinds(taken.port, node).entries()) {
        const document = rightDocument(backend.url)
        wrong.make(document)
        const { revision: serving } = await stateOf(node)
        const { revision } = await apply(document)
        const outcome = await outcomeAt(revision)
        expect(outcome, wrong.name).toMatchObject({ status: 'rejected', code: wrong.code })
        expectProblem(outcome?.problems ?? [], wrong)
        expect((await stateOf(node)).revision, wrong.name).toEqual(serving)

        const good = await apply(rightDocument(backend.url, `good ${i}`))
        expect(await outcomeAt(good.revision)).toMatchObject({ status: 'applied' })
        expect(await page(node)).toBe(`good ${i}`)
      }
    } finally {
      taken.server.close()
    }
    await loaded()
  }, 120_000)

  const apply = (document: Draft) =>
    control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', prune: true, publish: true })
  const outcomeAt = (number: number | undefined) =>
    eventually(async () => {
      const { outcome } = await stateOf(node)
      expect(outcome?.number).toBe(number)
      return outcome
    })
})

/** Right by themselves, and yet this node cannot serve them. */
function nodeFinds(takenPort: number, node: DataPlane) {
  const { certificate } = shopCertificate
  const https = (d: Draft, from: object) => {
    d.certificates = [{ id: 'web', certificate, ...from }]
    d.listeners.push({ id: 'tls', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['web'] } })
  }
  const target = (url: string) => (d: Draft) => {
    d.upstreams[1].targets.push({ id: 'b', url })
  }
  const refused = { code: 'address_refused', path: 'upstreams[1].targets[1].url', reason: /must not be reached/ }
  return [
    {
      name: 'a port in use',
      ...{ code: 'port_in_use', path: 'listeners[1].port', reason: /something else listens/ },
      make: (d: Draft) => void d.listeners.push({ id: 'two', address: '127.0.0.1', port: takenPort }),
    },
    {
      name: 'an address of another machine',
      ...{ code: 'port_in_use', path: 'listeners[1].address', reason: /does not have the address/ },
      make: (d: Draft) => void d.listeners.push({ id: 'two', address: '192.0.2.1', port: 0 }),
    },
    {
      name: 'a variable that is not set',
      ...{ code: 'invalid', path: 'certificates[0].key.env', reason: /NO_SUCH_KEY is not set/ },
      make: (d: Draft) => https(d, { key: { env: 'NO_SUCH_KEY' } }),
    },
    {
      name: 'a file that is not there',
      ...{ code: 'invalid', path: 'certificates[0].key.file', reason: /./ },
      make: (d: Draft) => https(d, { key: { file: 'no-such-file.pem' } }),
    },
    {
      name: 'a certificate that is not there',
      ...{ code: 'invalid', path: 'certificates[0].certificate.file', reason: /./ },
      make: (d: Draft) => https(d, { certificate: { file: 'none.pem' }, key: { env: 'WEB_KEY' } }),
    },
    {
      name: 'a key of another certificate',
      ...{ code: 'invalid', path: 'certificates[0].key', reason: /./ },
      make: (d: Draft) => https(d, { key: { env: 'WEB_KEY' } }),
    },
    { name: 'an address that gives away credentials', ...refused, make: target('http://169.254.169.254') },
    { name: 'the same behind IPv6', ...refused, make: target('http://[::ffff:169.254.169.254]') },
    { name: 'an unspecified address', ...refused, make: target('http://0.0.0.0:80') },
    { name: 'its own admin address', ...refused, make: target(node.adminUrl) },
  ]
}

describe('with a file', () => {
  test('whatever is wrong is refused, with path and line; it serves on, and takes the next good one', async () => {
    const file = join(folder.path, 'gateway.yaml')
    await writeFile(file, JSON.stringify(rightDocument(backend.url)))
    const node = await DataPlane.start(['--config', file, '--workers', '1', '--data', join(folder.path, 'file')])
    const put = async (text: string) => {
      const { outcome: before } = await stateOf(node)
      await writeFile(`${file}.new`, text)
      await rename(`${file}.new`, file)
      node.program.signal('SIGHUP')
      return eventually(
        async () => {
          const { outcome } = await stateOf(node)
          expect(outcome?.number).toBeGreaterThan(before?.number ?? 0)
          return outcome
        },
        20_000,
        10,
      )
    }
    const loaded = underLoad(node)
    let right = rightDocument(backend.url)
    for (const [i, wrong] of [
      ...everyWrong().filter(({ format, document }) => document || format === 'yaml'),
      tooLong,
    ].entries()) {
      const { revision: serving } = await stateOf(node)
      const outcome = await put(wrong.text)
      expect(outcome, wrong.name).toMatchObject({ status: 'rejected', code: 'invalid' })
      expectProblem(outcome?.problems ?? [], wrong)
      const { revision } = await stateOf(node)
      expect(revision, wrong.name).toEqual(serving)

      right = rightDocument(backend.url, `good ${i}`)
      expect(await put(JSON.stringify(right))).toMatchObject({ status: 'applied' })
      expect(await page(node)).toBe(`good ${i}`)
    }
    await loaded()
    await node.program.stop()
  }, 180_000)
})

const tooLong = { name: '10 MB', path: '', reason: /longer than 10 MB/, text: '# '.repeat(6_000_000) }

describe('pushed to a node', () => {
  let api: NodeApi
  let node: DataPlane
  let number = 0

  beforeAll(async () => {
    api = await NodeApi.start()
    node = new DataPlane([
      '--control',
      api.url,
      '--token',
      api.token,
      '--node',
      'one',
      '--workers',
      '1',
      '--data',
      join(folder.path, 'pushed'),
    ])
    await eventually(() => expect(api.subscriptions).toBe(1))
    push(right('first'))
    await node.ready()
  })
  afterAll(async () => {
    await node?.program.stop()
    await api?.close()
  })

  const right = (said: string) => JSON.stringify(rightDocument(backend.url, said))
  const snapshot = (document: string) => {
    number++
    return { number, hash: hashText(document), document, publishedAt: '2026-01-01T00:00:00.000Z' }
  }
  const push = (document: string) => api.send(snapshot(document))
  const outcome = () =>
    eventually(
      async () => {
        const { outcome } = await stateOf(node)
        expect(outcome?.number).toBe(number)
        return outcome
      },
      20_000,
      10,
    )
  async function takesTheNext(said: string): Promise<void> {
    push(right(said))
    expect(await outcome()).toMatchObject({ status: 'applied', number })
    expect(await page(node)).toBe(said)
  }

  test('whatever is wrong is rejected, with its path; it serves on, and takes the next good one', async () => {
    const loaded = underLoad(node)
    for (const [i, wrong] of everyWrong().entries()) {
      if (!wrong.document) continue
      const { revision: serving } = await stateOf(node)
      push(wrong.text)
      const rejected = await outcome()
      expect(rejected, wrong.name).toMatchObject({ status: 'rejected', code: 'invalid' })
      // What is nested too deep is a text that parses here, so that the place is known.
      const path = wrong.name === '1,000 levels' ? `upstreams[0].labels${'.a'.repeat(97)}` : wrong.path
      expectProblem(rejected?.problems ?? [], { ...wrong, path })
      expect((await stateOf(node)).revision, wrong.name).toEqual(serving)
      await takesTheNext(`good ${i}`)
    }
    await loaded()
    await eventually(() => expect(api.reports.some((report) => report.outcome?.status === 'rejected')).toBe(true))
  }, 180_000)

  test('what is not as it was published is rejected: another hash, no JSON, nothing in it', async () => {
    const loaded = underLoad(node)
    const { revision: serving } = await stateOf(node)
    const rejects = async (pushed: Parameters<NodeApi['send']>[0], code: string) => {
      api.send(pushed)
      expect(await outcome()).toMatchObject({ status: 'rejected', code })
      expect((await stateOf(node)).revision).toEqual(serving)
    }
    await rejects({ ...snapshot(right('other')), hash: '0'.repeat(64) }, 'hash_mismatch')
    await rejects(snapshot('{"switchyard": 1,'), 'invalid')
    await rejects(snapshot('{"switchyard":1}'), 'empty_revision')
    await takesTheNext('whole')
    await loaded()
  })

  test('an older one that is sent again is not taken, a stream that is cut or garbled is opened anew', async () => {
    const loaded = underLoad(node)
    const { revision: serving } = await stateOf(node)
    const older = snapshot(right('older'))
    number--
    api.send({ ...older, number: number - 1 })
    await eventually(() => expect(node.program.text.join('\n')).toContain('an older revision came after a newer one'))
    expect((await stateOf(node)).revision).toEqual(serving)

    const { document, ...rest } = snapshot(right('cut'))
    for (const broken of [
      `data: ${JSON.stringify({ ...rest, document }).slice(0, 200)}`,
      `data: ${JSON.stringify({ ...rest, document: 1 })}\nid: ${rest.number}:${rest.hash}\n\n`,
      `data: {"number": \nid: 1\n\n`,
    ]) {
      const { subscriptions } = api
      api.write(broken)
      if (!broken.endsWith('\n\n')) api.cut()
      await eventually(() => expect(api.subscriptions).toBeGreaterThan(subscriptions))
      expect((await stateOf(node)).revision).toEqual(serving)
    }
    await takesTheNext('after that')
    await loaded()
  })
})

/** How many resources differ, and other members of the document. */
function differing(one: Draft, other: Draft): number {
  const parts = (d: Draft) =>
    Object.entries(d).flatMap(([key, value]) =>
      Array.isArray(value)
        ? value.map((item, i) => `${key}${i}${JSON.stringify(item)}`)
        : [`${key}${JSON.stringify(value)}`],
    )
  const known = new Set(parts(one))
  const there = parts(other)
  return there.filter((part) => !known.has(part)).length
}

/** A port that somebody else holds. */
async function takePort(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as { port: number }).port, server }
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
