import { parseArgs } from 'node:util'
import { emailField, passwordField } from './access/credentials.ts'
import { databaseFile } from './database/url.ts'
import { type Moves, readMoves } from './first-start/move-ports.ts'
import { parseSecretKey, type SecretKey } from './secrets/secret-key.ts'

export const usage = `Usage: switchyard-control [--port 4000] [--host 127.0.0.1]
       switchyard-control reset-password EMAIL

Runs the control plane with its dashboard. reset-password prints a new password of a user and ends their sessions.

Options
  --port PORT   where to listen (PORT, 4000); 0 takes a free one
  --host HOST   the address to listen on (SWITCHYARD_HOST, 127.0.0.1)
  --dev         pages from source, reloaded on change
  --help        this text

Environment
  SWITCHYARD_HOME            folder of everything that must survive a restart (.switchyard)
  DATABASE_URL               file:/path of the SQLite database (in SWITCHYARD_HOME)
  SWITCHYARD_PUBLIC_URL      how browsers and nodes reach this control plane, such as https://switchyard.example.com
  SWITCHYARD_ADMIN_EMAIL, SWITCHYARD_ADMIN_PASSWORD
                             the first administrator, made when there is no user
  SWITCHYARD_NODE_TOKEN      a node token that is accepted from the first start on
  SWITCHYARD_SECRET_KEY      what stored secrets are encrypted with: 32 bytes in base64 (made once, in SWITCHYARD_HOME)
  SWITCHYARD_DEMO_DOCUMENT   a document to begin with, published when the database is new
  SWITCHYARD_MOVE_PORTS      ports that what is published follows, such as 8080:8081 (npm start sets it)
  SWITCHYARD_UI              off: the API without the pages
  SWITCHYARD_LOG_LEVEL       debug, info, warn, error or silent (info)
`

/** As the data plane has them. */
const logLevels = ['debug', 'info', 'warn', 'error', 'silent']

/** As `process.env`, of which nothing need be there. */
type Environment = Readonly<Record<string, string | undefined>>

export interface Options {
  command: 'serve' | 'help' | { resetPassword: string }
  port: number
  host: string
  /** The public URL, when one was given; else it follows from host and port. */
  publicUrl: string | undefined
  home: string
  /** Absolute path of the SQLite file. */
  database: string
  pages: 'built' | 'dev' | 'off'
  admin: { email: string; password: string } | undefined
  nodeToken: string | undefined
  /** When one was given; else there is a file with it. */
  secretKey: SecretKey | undefined
  demoDocument: string | undefined
  movedPorts: Moves
  logLevel: string
}

/** Reads arguments and environment. Throws a sentence for what it does not understand. */
export function readOptions(args: string[], env: Environment): Options {
  const { values, positionals } = parse(args)
  const home = env['SWITCHYARD_HOME'] || '.switchyard'
  return {
    command: values.help ? 'help' : readCommand(positionals),
    port: readPort(values.port ?? (env['PORT'] || undefined)),
    host: values.host ?? (env['SWITCHYARD_HOST'] || '127.0.0.1'),
    publicUrl: readPublicUrl(env['SWITCHYARD_PUBLIC_URL']),
    home,
    database: databaseFile(env['DATABASE_URL'], home),
    pages: env['SWITCHYARD_UI'] === 'off' ? 'off' : values.dev ? 'dev' : 'built',
    admin: readAdmin(env),
    nodeToken: readNodeToken(env['SWITCHYARD_NODE_TOKEN']),
    secretKey: readSecretKey(env['SWITCHYARD_SECRET_KEY']),
    demoDocument: env['SWITCHYARD_DEMO_DOCUMENT'] || undefined,
    movedPorts: readMoves(env['SWITCHYARD_MOVE_PORTS']),
    logLevel: readLevel(env['SWITCHYARD_LOG_LEVEL'] || 'info'),
  }
}

function parse(args: string[]) {
  const options = {
    port: { type: 'string' },
    host: { type: 'string' },
    dev: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    // Node's message goes on with advice about positional arguments that begin with a dash.
    const [sentence] = error instanceof Error ? error.message.split(/\.\s|\n/) : []
    throw new Error(`${sentence}. Try switchyard-control --help.`, { cause: error })
  }
}

function readCommand([command, email, ...rest]: string[]): Options['command'] {
  if (command === undefined) return 'serve'
  if (command === 'reset-password' && email !== undefined && rest.length === 0) {
    return { resetPassword: email.trim().toLowerCase() }
  }
  throw new Error(usage)
}

function readLevel(level: string): string {
  if (logLevels.includes(level)) return level
  throw new Error(`SWITCHYARD_LOG_LEVEL is one of ${logLevels.join(', ')}, not ${level}.`)
}

function readPort(text = '4000'): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new Error(`The port must be a number from 0 to 65535, not ${text}.`)
  return port
}

function readPublicUrl(text: string | undefined): string | undefined {
  if (!text) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new Error('SWITCHYARD_PUBLIC_URL must be a URL without a path, such as https://switchyard.example.com.')
  }
  return url.origin
}

function readAdmin(env: Environment): Options['admin'] {
  const { SWITCHYARD_ADMIN_EMAIL: email, SWITCHYARD_ADMIN_PASSWORD: password } = env
  if (!email && !password) return undefined
  if (!email || !password) throw new Error('SWITCHYARD_ADMIN_EMAIL and SWITCHYARD_ADMIN_PASSWORD go together.')
  const parsed = { email: emailField.safeParse(email), password: passwordField.safeParse(password) }
  if (!parsed.email.success) throw new Error('SWITCHYARD_ADMIN_EMAIL is not an email address.')
  if (!parsed.password.success) {
    throw new Error(`SWITCHYARD_ADMIN_PASSWORD: ${parsed.password.error.issues[0]?.message ?? 'not usable'}.`)
  }
  return { email: parsed.email.data, password }
}

function readSecretKey(text: string | undefined): SecretKey | undefined {
  if (!text) return undefined
  const key = parseSecretKey(text)
  if (!key) throw new Error('SWITCHYARD_SECRET_KEY must be 32 bytes in base64, as openssl rand -base64 32 writes them.')
  return key
}

function readNodeToken(text: string | undefined): string | undefined {
  if (!text) return undefined
  if (!/^[A-Za-z0-9._~+/=-]{20,200}$/.test(text)) {
    throw new Error('SWITCHYARD_NODE_TOKEN must be 20 to 200 letters, digits and dashes: a long random text.')
  }
  return text
}
