import { describeReadError } from '../config-file/read-file.ts'
import { identify } from '../identity.ts'
import { createLog } from '../log.ts'
import type { Options } from '../options.ts'
import { Node, StartError } from './node.ts'

/**
 * Runs a node until it is told to end.
 *
 * @param program what the workers run
 */
export async function runNode(options: Options, program: string): Promise<void> {
  let identity: ReturnType<typeof identify>
  try {
    identity = identify(options, new Date())
  } catch (error) {
    return fail(
      `The data folder cannot be used. ${describeReadError((error as NodeJS.ErrnoException).path ?? '', error)}`,
    )
  }
  const log = createLog(options.logLevel, { node: identity.name })
  const node = new Node(options, identity, program, log)
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'node failed')
    node.destroy()
    process.exit(1)
  })
  listenToSignals(node)
  try {
    await node.start()
  } catch (error) {
    node.destroy()
    if (!(error instanceof StartError)) throw error
    fail(error.message)
  }
}

/** Ctrl-C under npx arrives twice: from the terminal, and passed on by npm. That is one wish. */
const sameWishMs = 100

/** The first SIGTERM or SIGINT drains, the second ends everything at once. */
function listenToSignals(node: Node): void {
  let endingSince: number | undefined
  const end = async () => {
    if (endingSince !== undefined) {
      if (performance.now() - endingSince < sameWishMs) return
      node.destroy()
      process.exit(1)
    }
    endingSince = performance.now()
    await node.close()
    process.exit(0)
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  process.on('SIGHUP', () => node.reload())
  process.on('SIGUSR2', () => node.reopenLogs())
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
