import { addAbortSignal } from 'node:stream'
import type { World } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'

/** Far more than a token has. */
const mostBytes = 4096

/** The token from standard input: typed without echo where somebody sits there, else all that comes. */
export async function askToken(world: World, url: string): Promise<string> {
  const { stdin } = world
  if (!stdin.isTTY || stdin.setRawMode === undefined) return readAll(world)
  world.ask(`API token for ${url}: `)
  stdin.setRawMode(true)
  try {
    return await readTyped(world)
  } finally {
    stdin.setRawMode(false)
    stdin.pause()
    world.ask('\n')
  }
}

async function readAll({ stdin, signal }: World): Promise<string> {
  let text = ''
  for await (const chunk of addAbortSignal(signal, stdin)) {
    text += String(chunk)
    if (text.length > mostBytes) break
  }
  return text
}

/** Until Enter or Ctrl-D. In raw mode Ctrl-C is a character as well. */
function readTyped({ stdin, signal }: World): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (end: () => void) => {
      stdin.off('data', take)
      signal.removeEventListener('abort', interrupt)
      end()
    }
    const interrupt = () => finish(() => reject(interrupted()))
    const take = (chunk: Buffer | string) => {
      for (const character of String(chunk)) {
        if (character === '\r' || character === '\n' || character === '\u0004') return finish(() => resolve(typed))
        if (character === '\u0003') return interrupt()
        if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1)
        else if (character === '\u0015') typed = ''
        else if (character >= ' ' && typed.length < mostBytes) typed += character
      }
    }
    stdin.on('data', take)
    signal.addEventListener('abort', interrupt)
    stdin.resume()
  })
}

const interrupted = () => new Failure('interrupted', exitCodes.interrupted, 'Interrupted.')
