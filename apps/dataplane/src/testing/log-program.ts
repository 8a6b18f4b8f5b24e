import { createLog } from '../log.ts'

/** A program for the tests of the log: logs a line every few milliseconds, says how busy it was when asked, ends on SIGTERM. */
const log = createLog('info', {})
let lines = 0
setInterval(() => log.info({ line: ++lines }, 'still here'), 5)
process.on('message', () => process.send?.({ lines, cpu: process.cpuUsage() }))
process.on('SIGTERM', () => process.exit(0))
