import { createLog } from '../log.ts'

/**
 * A program for the tests of the log: says how busy it was when asked, logs and ends on SIGTERM. Unless it is to be `quiet`,
 * it also logs a line every few milliseconds.
 */
const log = createLog('info', {})
let lines = 0
const say = () => log.info({ line: ++lines }, 'still here')
if (process.argv[2] !== 'quiet') setInterval(say, 5)
process.on('message', () => process.send?.({ lines, cpu: process.cpuUsage() }))
process.on('SIGTERM', () => {
  for (let i = 0; i < 3; i++) say()
  process.exit(0)
})
