import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { freePort } from './ports.ts'
import type { Program } from './program.ts'

/**
 * What a node needs in its environment for `collectGarbage`: its inspectors, when asked for, take these ports and not
 * the usual one. A cluster gives its workers the ports after its own.
 */
export async function collectable(): Promise<Record<string, string>> {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${await freePort()}` }
}

/**
 * Makes one process of a program collect its garbage, by Node's inspector: an idle V8 does not, and a heap says
 * something about leaks only after that.
 */
export async function collectGarbage(program: Program, pid: number): Promise<void> {
  const address = inspectors.get(pid) ?? (await openInspector(program, pid))
  inspectors.set(pid, address)
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  try {
    for (const [id, method] of [
      'HeapProfiler.enable',
      'HeapProfiler.collectGarbage',
      'HeapProfiler.disable',
    ].entries()) {
      const answered = new Promise((resolve) => socket.once('message', resolve))
      socket.send(JSON.stringify({ id, method }))
      await answered
    }
  } finally {
    socket.terminate()
  }
}

const inspectors = new Map<number, string>()

async function openInspector(program: Program, pid: number): Promise<string> {
  const before = program.text.length
  process.kill(pid, 'SIGUSR1')
  return eventually(() => {
    const said = program.text.slice(before).map((line) => /Debugger listening on (ws:\S+)/.exec(line)?.[1])
    const address = said.find(Boolean)
    if (!address) throw new Error('the inspector has not opened')
    return address
  })
}
