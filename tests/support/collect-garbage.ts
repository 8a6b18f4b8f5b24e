import { WebSocket } from 'ws'
import { eventually } from './eventually.ts'
import { freePorts } from './ports.ts'
import type { Program } from './program.ts'

/**
 * What a node needs in its environment for `collectGarbage`: its inspectors, when asked for, take these ports and not
 * the usual one. A cluster gives its workers the ports after its own.
 */
export async function collectable(): Promise<Record<string, string>> {
  return { NODE_OPTIONS: `--inspect-port=127.0.0.1:${await freePorts(9)}` }
}

/**
 * Makes one process of a program collect its garbage, by Node's inspector: an idle V8 does not, and a heap says
 * something about leaks only after that.
 */
export async function collectGarbage(program: Program, pid: number): Promise<void> {
  await inspect(program, pid, [
    { method: 'HeapProfiler.enable' },
    { method: 'HeapProfiler.collectGarbage' },
    { method: 'HeapProfiler.disable' },
  ])
}

/** What an expression is in one process of a program, as plain data. */
export async function evaluate<T>(program: Program, pid: number, expression: string): Promise<T> {
  const [answer] = await inspect(program, pid, [
    { method: 'Runtime.evaluate', params: { expression, returnByValue: true } },
  ])
  const said = answer?.result as { result: { value: T }; exceptionDetails?: object } | undefined
  if (!said || said.exceptionDetails) throw new Error(`${expression}: ${JSON.stringify(said)}`)
  return said.result.value
}

interface Command {
  readonly method: string
  readonly params?: object
}

/** One after the other, each within 30 s. */
async function inspect(program: Program, pid: number, commands: readonly Command[]): Promise<{ result: object }[]> {
  const address = inspectors.get(pid) ?? (await openInspector(program, pid))
  inspectors.set(pid, address)
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address)
    const answers: { result: object }[] = []
    const end = (error?: Error) => {
      clearTimeout(timer)
      socket.removeAllListeners('close').terminate()
      if (error) reject(error)
      else resolve(answers)
    }
    const late = () => end(new Error(`process ${pid} does not answer its inspector; asked ${JSON.stringify(commands)}`))
    const timer = setTimeout(late, 30_000)
    const send = () => socket.send(JSON.stringify({ id: answers.length, ...commands[answers.length] }))
    socket.on('open', send)
    socket.on('message', (data) => {
      const answer = JSON.parse(data.toString()) as { id?: number; result: object }
      // Between them come events.
      if (answer.id !== answers.length) return
      answers.push(answer)
      if (answers.length < commands.length) send()
      else end()
    })
    socket.on('error', end)
    socket.on('close', () => end(new Error(`process ${pid} has ended`)))
  })
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
