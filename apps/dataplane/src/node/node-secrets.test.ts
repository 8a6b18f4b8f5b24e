import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import type { Outcome, SecretValues, Snapshot } from '@switchyard/core/node-protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ControlPlane } from '../testing/control-plane.ts'
import { page, publication } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'
import { type MadeCertificate, makeCertificate } from '../traffic/testing/make-certificate.ts'

let folder: string
let control: ControlPlane
let node: NodeProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-secrets-'))
  control = await ControlPlane.start()
})
afterEach(async () => {
  await node?.stop()
  node = undefined
  await control.stop()
  await rm(folder, { recursive: true })
})

const start = () => {
  const options = ['--control', control.url, '--node', 'one', '--workers', '2', '--data', join(folder, 'data')]
  node = new NodeProcess(options, { SWITCHYARD_TOKEN: control.token })
  return node
}
const outcome = (): Outcome | null | undefined => control.reports.at(-1)?.outcome
const reported = (expected: object) => eventually(() => expect(outcome()).toMatchObject(expected))

const one = makeCertificate()
const other = makeCertificate()
const secretsOf = (letter: string, key: string): SecretValues => ({
  version: letter.repeat(16),
  values: { 'web-key': key },
})
/** A page over https, with a certificate whose key is a secret. */
const tlsPage = (number: number, body: string, { certificate }: MadeCertificate, secrets: SecretValues): Snapshot => ({
  ...publication(number, {
    ...page(body),
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['web'] } }],
    certificates: [{ id: 'web', certificate, key: { secret: 'web-key' } }],
  }),
  secrets,
})

/** What a client that trusts this certificate is answered over a new connection. */
async function ask({ certificate }: MadeCertificate): Promise<string> {
  const listeners = (await node?.said('ready'))?.['listeners']
  const [{ port } = { port: 0 }] = listeners as { port: number }[]
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, ca: certificate, agent: false }
    const asking = request(options, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
    })
    asking.on('socket', (socket) => expect((socket as TLSSocket).encrypted).toBe(true))
    asking.on('error', reject)
    asking.end()
  })
}

/** A line of a key that stands nowhere else. */
const markOf = ({ key }: MadeCertificate) => key.split('\n')[1] ?? ''

test('values of secrets reach the workers, and a file that only the owner may read, and nothing else', async () => {
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  const node = start()
  await reported({ status: 'applied', number: 1 })
  expect(await ask(one)).toBe('one')

  const data = join(folder, 'data')
  const files = await readdir(data)
  expect(files).toContain('secrets.aaaaaaaaaaaaaaaa')
  for (const name of files) {
    const holdsKey = (await readFile(join(data, name), 'utf8')).includes(markOf(one))
    expect([name, holdsKey]).toEqual([name, name.startsWith('secrets.')])
  }
  expect((await stat(join(data, 'secrets.aaaaaaaaaaaaaaaa'))).mode & 0o777).toBe(0o600)

  const state = await node.state()
  const metrics = await (await node.get('/metrics')).text()
  const told = JSON.stringify([node.lines, node.stderr, control.reports, state, metrics])
  expect(told).toContain('"number":1')
  expect(told).not.toContain(markOf(one))
})

test('another value of a secret is applied under the same number, reported anew, and kept instead of the one before', async () => {
  // The same key in another form: it fits, and is another value.
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  start()
  await reported({ status: 'applied', number: 1 })
  const at = outcome()?.at
  control.publish(tlsPage(1, 'one', one, secretsOf('b', `${one.key}\n`)))
  await eventually(() => expect(outcome()?.at).not.toBe(at))
  expect(outcome()).toMatchObject({ status: 'applied', number: 1 })
  expect(await ask(one)).toBe('one')
  const kept = (await readdir(join(folder, 'data'))).filter((name) => name.startsWith('secrets.'))
  expect(kept).toEqual(['secrets.bbbbbbbbbbbbbbbb'])
})

test('a renewed certificate with its key serves new connections', async () => {
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  start()
  await reported({ status: 'applied', number: 1 })
  control.publish(tlsPage(2, 'two', other, secretsOf('b', other.key)))
  await reported({ status: 'applied', number: 2 })
  expect(await ask(other)).toBe('two')
  await expect(ask(one)).rejects.toThrow(/self.signed|certificate/)
})

test('what does not fit is rejected with code and path and nothing of the key; what served serves on', async () => {
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  const node = start()
  await reported({ status: 'applied', number: 1 })

  control.publish(tlsPage(1, 'one', one, secretsOf('b', other.key)))
  const refused = { status: 'rejected', number: 1, code: 'invalid', problems: [{ path: 'certificates[0].key' }] }
  await reported(refused)
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  await reported({ status: 'applied', number: 1 })
  control.publish(tlsPage(1, 'one', one, secretsOf('c', `no key at all ${markOf(other)}`)))
  await reported(refused)
  control.publish(tlsPage(2, 'two', one, { version: 'd'.repeat(16), values: {} }))
  await reported({ status: 'rejected', number: 2, problems: [{ path: 'certificates[0].key.secret' }] })

  expect(await ask(one)).toBe('one')
  expect(JSON.stringify([node.lines, node.stderr, control.reports])).not.toContain(markOf(other))
})

test('a worker that takes the place of a dead one has the secrets, too', async () => {
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  const node = start()
  await reported({ status: 'applied', number: 1 })
  for (const { pid } of (await node.state()).workers) {
    process.kill(pid, 'SIGKILL')
    await eventually(async () => {
      const { workers } = await node.state()
      expect(workers.map(({ revision }) => revision)).toEqual([1, 1])
      expect(workers.map((worker) => worker.pid)).not.toContain(pid)
    })
  }
  expect(await Promise.all([ask(one), ask(one), ask(one), ask(one)])).toEqual(Array(4).fill('one'))
})

test('without a control plane a restart serves the last good revision with its secrets', async () => {
  control.publish(tlsPage(1, 'one', one, secretsOf('a', one.key)))
  await start().said('ready')
  control.publish(tlsPage(2, 'two', other, secretsOf('b', other.key)))
  await reported({ status: 'applied', number: 2 })
  await control.stop()
  await node?.stop()
  start()
  expect(await ask(other)).toBe('two')
  await node?.stop()
  // The newest is of no use without its secrets; the one before has its own.
  await writeFile(join(folder, 'data', 'secrets.bbbbbbbbbbbbbbbb'), 'damaged')
  const again = start()
  expect(await ask(one)).toBe('one')
  await again.said('the secrets of the last good configuration are damaged')
})

test('files that a revision refers to are read again at SIGHUP; a wrong one is rejected and the old one serves on', async () => {
  const [certificate, key] = [join(folder, 'web.pem'), join(folder, 'web.key')]
  const put = async (made: MadeCertificate) => {
    await writeFile(certificate, made.certificate)
    await writeFile(key, made.key)
  }
  await put(one)
  control.publish(
    publication(1, {
      ...page('one'),
      listeners: [{ id: 'web', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['web'] } }],
      certificates: [{ id: 'web', certificate: { file: certificate }, key: { file: key } }],
    }),
  )
  const node = start()
  await reported({ status: 'applied', number: 1 })
  expect(await ask(one)).toBe('one')

  await put({ ...other, key: one.key })
  node.signal('SIGHUP')
  await reported({ status: 'rejected', number: 1, problems: [{ path: 'certificates[0].key' }] })
  expect(await ask(one)).toBe('one')

  await put(other)
  node.signal('SIGHUP')
  await reported({ status: 'applied', number: 1 })
  expect(await ask(other)).toBe('one')
})
