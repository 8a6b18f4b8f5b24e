/**
 * Loaded into each program that a script starts (`node --import`): ends it when the script has died, however it died.
 * The script holds the other end of this program's standard input and never writes; the operating system closes
 * that end with the script, even after a SIGKILL.
 *
 * Cluster workers and threads inherit the flag. They follow their own parent, so it does nothing there.
 */
import { isMainThread } from 'node:worker_threads'

/** A program that has not ended this long after it was asked to is ended by force. */
const graceMs = 10_000

if (isMainThread && process.env['NODE_UNIQUE_ID'] === undefined) {
  process.stdin.on('error', () => {})
  process.stdin.once('close', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
    process.kill(process.pid, 'SIGTERM')
  })
  process.stdin.resume()
  // `unref` is there because standard input is a pipe; it must not keep a program alive that has finished.
  const pipe = /** @type {import('node:net').Socket} */ (/** @type {unknown} */ (process.stdin))
  pipe.unref?.()
}
