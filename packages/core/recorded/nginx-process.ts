import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const program = 'nginx'

/** The version of the nginx on the path; undefined without one. */
export function nginxVersion(): string | undefined {
  return /nginx\/(\S+)/.exec(spawnSync(program, ['-v'], { encoding: 'utf8' }).stderr ?? '')?.[1]
}

export interface RunningNginx {
  /** Sends requests one behind the other on one connection, which nginx answers in order; gives the `x-tried` of each. */
  ask(requests: string[]): Promise<string[]>
  /** Ends it and removes its files. */
  stop(): Promise<void>
}

/** Starts an nginx that stays in the foreground and serves `port`, with a folder of its own. */
export async function startNginx(port: number, configuration: (folder: string) => string): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-nginx-'))
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration(folder))
  const nginx = spawn(program, ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(nginx, 'exit')
  let said = ''
  nginx.stderr.on('data', (chunk) => {
    said += chunk
  })
  let socket: net.Socket | undefined
  const stop = async () => {
    socket?.destroy()
    nginx.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  socket = await connect(port, nginx)
  if (socket === undefined) {
    await stop()
    throw new Error(`nginx did not start: ${said}`)
  }
  const connected = socket
  return { ask: (requests) => ask(connected, requests), stop }
}

async function connect(port: number, nginx: ChildProcess): Promise<net.Socket | undefined> {
  for (let attempt = 0; attempt < 200 && nginx.exitCode === null; attempt++) {
    const socket = net.connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return socket
    } catch {
      await wait(50)
    }
  }
  return undefined
}

async function ask(socket: net.Socket, requests: string[]): Promise<string[]> {
  const answers: string[] = []
  let rest = ''
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('close', () => reject(new Error(`nginx closed the connection: ${rest}`)))
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\r\n\r\n')
      rest = parts.pop() ?? ''
      for (const head of parts) answers.push(/^x-tried: (.*)$/m.exec(head)?.[1]?.trimEnd() ?? '')
      if (answers.length >= requests.length) resolve()
    })
  })
  socket.write(requests.join(''), 'latin1')
  await done
  socket.removeAllListeners()
  return answers
}
