import { destination, pino } from 'pino'
import { randomToken } from './access/random-token.ts'
import { type ControlPlane, startControlPlane } from './control-plane.ts'
import { migrate } from './database/migrate.ts'
import { openDatabase } from './database/open.ts'
import { installTextEncoderStream } from './http/text-encoder-stream.ts'
import { type Options, readOptions, usage } from './options.ts'
import { resetPassword } from './users/reset-password.ts'

/** The program `switchyard-control`. */
async function main(): Promise<void> {
  // Sessions, hashes and the configuration are nobody else's business on this machine.
  process.umask(0o077)
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.command === 'help') process.stdout.write(usage)
  else if (options.command === 'serve') await serve(options)
  else await giveNewPassword(options, options.command.resetPassword)
}

async function serve(options: Options): Promise<void> {
  installTextEncoderStream()
  const log = createLog(options.logLevel)
  let controlPlane: ControlPlane | undefined
  let ending = false

  const end = (reason: string) => {
    // The second time it is meant: whatever is still open is dropped. Transactions are all or nothing.
    if (ending) process.exit(1)
    ending = true
    log.info({ reason }, 'shutting down')
    if (!controlPlane) process.exit(0)
    controlPlane.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not shut down cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
  process.on('disconnect', () => end('the parent process has gone'))

  controlPlane = await startControlPlane(options, log)
  log.info({ url: controlPlane.url, home: options.home }, 'ready')
}

/** JSON lines on standard output. A reader that has died, and a disk that is full, do nothing to the process. */
function createLog(level: string) {
  // Told that it is synchronous, pino flushes nothing at exit: for a reader that has died it would try for ever.
  const out = destination({ dest: 1, sync: true, maxLength: 1024 * 1024 })
  out.on('error', () => {})
  return pino({ level, name: 'control' }, out)
}

async function giveNewPassword(options: Options, email: string): Promise<void> {
  migrate(options.database)
  const db = openDatabase(options.database)
  try {
    const password = randomToken().slice(0, 20)
    if (!(await resetPassword(db, Date.now(), email, password))) throw new Error(`Nobody has the address ${email}.`)
    process.stdout.write(`The new password of ${email} is ${password}\nChange it after signing in.\n`)
  } finally {
    await db.$disconnect()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
