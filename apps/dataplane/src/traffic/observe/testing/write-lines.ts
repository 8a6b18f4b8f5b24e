import { existsSync } from 'node:fs'
import { BatchWriter } from '../batch-writer.ts'

/**
 * A program that writes numbered lines as a worker does: `write-lines FILE|- NAME LINES LENGTH [GATE]`. With a gate it
 * writes the last quarter once that file is there. What it lost, and how writing went, it says as JSON on standard error.
 */
const [file = '', name = '', lines = '', length = '', gate] = process.argv.slice(2)
const changes: (string | undefined)[] = []
let dropped = 0
const writer = new BatchWriter({
  destination: file === '-' ? { type: 'stdout' } : { type: 'file', path: file },
  onDropped: (more) => {
    dropped += more
  },
  onChange: (error) => changes.push((error as NodeJS.ErrnoException | undefined)?.code),
})
for (let i = 0; i < Number(lines); i++) {
  if (gate && i === (Number(lines) * 3) / 4) {
    process.stderr.write('waiting\n')
    while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  writer.add(`${`${name} ${i} `.padEnd(Number(length), 'x')}\n`)
  if (i % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
}
const closed = await writer.close(5000)
process.stderr.write(`${JSON.stringify({ dropped, changes: changes.map((code) => code ?? null), closed })}\n`)
if (!closed) process.kill(process.pid, 'SIGKILL')
