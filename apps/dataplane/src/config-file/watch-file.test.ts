import { appendFile, mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type FileWatch, type WatchOptions, watchFile } from './watch-file.ts'

let folder: string
let file: string
let calls: number
let watching: FileWatch | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-watch-'))
  file = join(folder, 'gateway.yaml')
  await writeFile(file, 'one')
  calls = 0
})
afterEach(async () => {
  watching?.close()
  await rm(folder, { recursive: true })
})

const begin = async (path = file, options: WatchOptions = { quietMs: 100, pollMs: 200 }) => {
  watching = await watchFile(path, () => calls++, options)
}
const told = (times: number) => vi.waitFor(() => expect(calls).toBe(times), { timeout: 10_000, interval: 10 })

test('a file that stays as it is is not told of', async () => {
  await begin()
  await sleep(500)
  expect(calls).toBe(0)
})

test('a file written in place is told of once', async () => {
  await begin()
  await writeFile(file, 'two')
  await told(1)
  await sleep(300)
  expect(calls).toBe(1)
})

test('a file that is being written is left alone until it is quiet', async () => {
  await begin(file, { quietMs: 1500, pollMs: 200 })
  for (let i = 0; i < 10; i++) {
    await appendFile(file, 'more\n')
    await sleep(50)
    expect(calls).toBe(0)
  }
  await told(1)
})

test('a new file in the place of the old one is told of, again and again', async () => {
  await begin()
  for (const times of [1, 2, 3]) {
    await writeFile(`${file}.new`, 'one')
    await rename(`${file}.new`, file)
    await told(times)
  }
})

test('a file taken away for a moment and put back is told of once', async () => {
  await begin()
  await unlink(file)
  await sleep(20)
  await writeFile(file, 'two')
  await told(1)
})

test('a symbolic link pointed at another folder is told of, as with a configuration mounted by Kubernetes', async () => {
  for (const name of ['v1', 'v2']) {
    await mkdir(join(folder, name))
    await writeFile(join(folder, name, 'mounted.yaml'), name)
  }
  await symlink('v1', join(folder, '..data'))
  await symlink('..data/mounted.yaml', join(folder, 'mounted.yaml'))
  await begin(join(folder, 'mounted.yaml'))
  await symlink('v2', join(folder, '..data.new'))
  await rename(join(folder, '..data.new'), join(folder, '..data'))
  await told(1)
})

test('a change behind a link, which the folder does not tell of, is found by looking', async () => {
  await mkdir(join(folder, 'elsewhere'))
  await writeFile(join(folder, 'elsewhere', 'real.yaml'), 'one')
  await mkdir(join(folder, 'here'))
  await symlink('../elsewhere/real.yaml', join(folder, 'here', 'link.yaml'))
  await begin(join(folder, 'here', 'link.yaml'))
  await writeFile(join(folder, 'elsewhere', 'real.yaml'), 'two')
  await told(1)
})

test('nothing is told after close', async () => {
  await begin()
  await writeFile(file, 'two')
  watching?.close()
  await sleep(400)
  expect(calls).toBe(0)
})
