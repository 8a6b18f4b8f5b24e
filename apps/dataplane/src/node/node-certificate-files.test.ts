import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { page } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'
import { type MadeCertificate, makeCertificate } from '../traffic/testing/make-certificate.ts'

let folder: string
let node: NodeProcess | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-node-'))
})
afterEach(async () => {
  await node?.stop()
  node = undefined
  await rm(folder, { recursive: true })
})

/** A configuration whose certificate is in files beside it. */
async function start(): Promise<NodeProcess> {
  const file = join(folder, 'gateway.json')
  const document = {
    ...page('ok'),
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0, protocol: 'https', tls: { certificates: ['web'] } }],
    certificates: [{ id: 'web', certificate: { file: 'web.pem' }, key: { file: 'web.key' } }],
  }
  await writeFile(file, JSON.stringify(document))
  node = new NodeProcess(['--config', file, '--data', join(folder, 'data'), '--workers', '2'])
  return node
}

async function put({ certificate, key }: MadeCertificate): Promise<void> {
  await writeFile(join(folder, 'web.pem'), certificate)
  await writeFile(join(folder, 'web.key'), key)
}

/** The certificates that some new connections are shown, whichever worker takes them. */
async function shownBy(process: NodeProcess): Promise<Set<string | undefined>> {
  const { listeners } = await process.said('ready')
  const port = (listeners as { port: number }[])[0]?.port ?? 0
  const handshakes = Array.from(
    { length: 4 },
    () =>
      new Promise<string | undefined>((resolve, reject) => {
        const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
          resolve(socket.getPeerX509Certificate()?.toString())
          socket.destroy()
        })
        socket.on('error', reject)
      }),
  )
  return new Set(await Promise.all(handshakes))
}

test('a certificate that was renewed in its files is shown after SIGHUP; one that does not fit changes nothing', async () => {
  const [first, second, third] = [makeCertificate(), makeCertificate(), makeCertificate()]
  await put(first)
  const node = await start()
  expect(await shownBy(node)).toEqual(new Set([first.certificate]))

  await put(second)
  expect(await shownBy(node)).toEqual(new Set([first.certificate]))
  node.signal('SIGHUP')
  await eventually(async () => expect(await shownBy(node)).toEqual(new Set([second.certificate])))
  await eventually(async () => expect(await node.state()).toMatchObject({ outcome: { status: 'applied' } }))

  const said = node.lines.length
  await put({ ...third, key: second.key })
  node.signal('SIGHUP')
  const line = await node.said('revision rejected', said)
  expect(line).toMatchObject({ code: 'invalid', problems: [{ path: 'certificates[0].key' }] })
  expect(JSON.stringify(node.lines)).not.toContain('PRIVATE KEY')
  expect(await shownBy(node)).toEqual(new Set([second.certificate]))

  await put(third)
  node.signal('SIGHUP')
  await eventually(async () => expect(await shownBy(node)).toEqual(new Set([third.certificate])))
})
