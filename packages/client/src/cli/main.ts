import { commands } from './registry.ts'
import { run } from './run.ts'

/** The program `switchyard`. */
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())
process.once('SIGTERM', () => stopping.abort())

// Whoever reads our output may have read enough, as `head` does; what was begun is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const { env, stdin, stdout, stderr } = process
process.exitCode = await run(
  commands,
  process.argv.slice(2),
  { env, stdin, signal: stopping.signal, now: Date.now },
  { out: stdout, err: stderr },
)
// A terminal or a pipe that is still open there would keep the program.
stdin.unref?.()
