import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ControlPlane } from '../testing/control-plane.ts'
import { page, raw } from '../testing/documents.ts'
import { eventually, NodeProcess } from '../testing/node-process.ts'

test('a revision of a version that knew fewer fields is served with the defaults of the others, also by a new worker', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-older-'))
  const control = await ControlPlane.start()
  // As it was published: with what there is now left out.
  control.publish(raw(1, JSON.stringify(page('old'))))
  const node = new NodeProcess([
    ...['--control', control.url, '--token', control.token, '--node', 'one', '--workers', '1', '--data', folder],
  ])
  try {
    await node.said('ready')
    expect(await node.ask()).toBe('old')
    expect((await node.state()).revision).toMatchObject({ number: 1, hash: control.head?.hash })

    const [worker] = (await node.state()).workers
    process.kill(worker?.pid ?? 0, 'SIGKILL')
    await eventually(async () => expect((await node.state()).workers[0]?.pid).not.toBe(worker?.pid))
    await eventually(async () => expect(await node.ask()).toBe('old'))
    expect((await node.state()).outcome).toMatchObject({ status: 'applied', number: 1 })
  } finally {
    await node.stop()
    await control.stop()
    await rm(folder, { recursive: true })
  }
})
