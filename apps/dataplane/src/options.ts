import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compileRanges } from '@switchyard/core/http/address-range'
import type { AccessLogOptions } from './traffic/observe/access-log.ts'

/** What a node was started with. */
export interface Options {
  /** Follow a control plane, or a file: exactly one of them. */
  readonly source: { type: 'control'; url: string; token: string } | { type: 'file'; path: string }
  readonly check: boolean
  readonly workers: number
  /** Undefined when it is off. */
  readonly admin: { host: string; port: number } | undefined
  /** The folder of everything that must survive a restart; undefined: under `home`, by the name of the node. */
  readonly data: string | undefined
  readonly home: string
  readonly node: string | undefined
  readonly logLevel: string
  /** Undefined when it is off. */
  readonly accessLog: AccessLogOptions | undefined
  /** Ranges that targets may have addresses in although these are refused by default. */
  readonly allowAddresses: readonly string[]
  /** So many probes are under way at most. */
  readonly maxProbes: number
  /** How long requests and connections may go on after SIGTERM, in milliseconds. */
  readonly drainMs: number
  /** Between "not ready" and the closing of listeners, in milliseconds. */
  readonly shutdownWaitMs: number
}

/** What the command line asks for. `wrong` is a sentence for the one who typed it. */
export type Asked =
  | { type: 'run'; options: Options }
  | { type: 'help' }
  | { type: 'version' }
  | { type: 'wrong'; message: string }

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
const accessLogFormats = ['json', 'combined'] as const
const switchPositions = ['on', 'off'] as const

/** The values that may stand on the command line or, as `SWITCHYARD_…`, in the environment. */
const settings = {
  control: 'URL',
  token: 'TOKEN',
  config: 'FILE',
  workers: 'N',
  admin: 'HOST:PORT',
  data: 'DIR',
  node: 'NAME',
  'log-level': 'LEVEL',
  'access-log': 'FILE',
  'access-log-format': 'FORMAT',
  'access-log-query': 'on|off',
  'allow-addresses': 'CIDR,…',
  'max-probes': 'N',
  'drain-ms': 'N',
  'shutdown-wait-ms': 'N',
} as const
type Setting = keyof typeof settings

export const usage = `Usage:
  switchyard-dataplane --control URL --token TOKEN   follow a control plane
  switchyard-dataplane --config FILE                 follow a file (YAML, or JSON by its extension)
  switchyard-dataplane --config FILE --check         say what is wrong with a file; exit code 0 or 1

Options, each also as an environment variable (--log-level is SWITCHYARD_LOG_LEVEL):
  --control URL            address of the control plane
  --token TOKEN            node token; better given as SWITCHYARD_TOKEN, since others see a command line
  --config FILE            the configuration, read again when it changes and on SIGHUP
  --workers N              worker processes (one per core)
  --admin HOST:PORT        /healthz, /readyz, /metrics, /state (127.0.0.1:9901); off for none, port 0 for a free one
  --data DIR               last good configuration and identity ($SWITCHYARD_HOME/nodes/NAME)
  --node NAME              the name of this node (the host name)
  --log-level LEVEL        ${logLevels.join(', ')} (info)
  --access-log FILE        a line for each request, - for standard output (off); SIGUSR2 opens the file anew
  --access-log-format F    ${accessLogFormats.join(', ')} (json); combined is that of nginx
  --access-log-query off   leaves out what follows the ? of a URL, where secrets may stand (on)
  --allow-addresses CIDRS  ranges, with commas between, that targets may be in although they are refused: link-local ones
                           and those of cloud metadata
  --max-probes N           so many probes of targets are under way at most (100)
  --drain-ms N             after SIGTERM, connections may go on for this long (30000)
  --shutdown-wait-ms N     after SIGTERM, accept for this long while /readyz says 503 (200)
  --help, --version
`

/** Reads the command line and the environment; the command line wins. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): Asked {
  try {
    return read(args, env)
  } catch (error) {
    if (error instanceof Wrong) return { type: 'wrong', message: error.message }
    throw error
  }
}

class Wrong extends Error {}

function read(args: readonly string[], env: NodeJS.ProcessEnv): Asked {
  const flags = parseFlags(args)
  if (flags['help'] === true) return { type: 'help' }
  if (flags['version'] === true) return { type: 'version' }
  const given = (name: Setting): string | undefined => {
    const value = flags[name] ?? env[variableOf(name)]
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return {
    type: 'run',
    options: {
      source: readSource(given('control'), given('token'), given('config')),
      check: readCheck(flags['check'] === true, given('config')),
      workers:
        given('workers') === undefined ? availableParallelism() : readInteger('workers', given('workers'), 1, 256),
      admin: readAdmin(given('admin') ?? '127.0.0.1:9901'),
      data: given('data') === undefined ? undefined : resolve(given('data') ?? ''),
      home: resolve(env['SWITCHYARD_HOME'] || '.switchyard'),
      node: readNode(given('node')),
      logLevel: readOneOf('log-level', given('log-level') ?? 'info', logLevels),
      accessLog: readAccessLog(given),
      allowAddresses: readRanges('allow-addresses', given('allow-addresses') ?? ''),
      maxProbes: readInteger('max-probes', given('max-probes') ?? '100', 1, 100_000),
      drainMs: readInteger('drain-ms', given('drain-ms') ?? '30000', 0, 86_400_000),
      shutdownWaitMs: readInteger('shutdown-wait-ms', given('shutdown-wait-ms') ?? '200', 0, 600_000),
    },
  }
}

function parseFlags(args: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(Object.keys(settings).map((name) => [name, { type: 'string' as const }]))
  const switches = {
    check: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
  } as const
  try {
    return parseArgs({ args: [...args], options: { ...options, ...switches }, allowPositionals: false }).values
  } catch (error) {
    // Node's message goes on with advice about positional arguments, of which there are none here.
    throw new Wrong(
      error instanceof Error ? `${error.message.split(/\.\s|\n/)[0]}.` : 'The options are not well formed.',
    )
  }
}

const variableOf = (name: string): string => `SWITCHYARD_${name.toUpperCase().replaceAll('-', '_')}`

function readSource(control?: string, token?: string, config?: string): Options['source'] {
  if (control !== undefined && config !== undefined) {
    throw new Wrong('Give --control or --config, not both: a node follows one of them.')
  }
  if (config !== undefined) return { type: 'file', path: resolve(config) }
  if (control === undefined) throw new Wrong('Give --control URL or --config FILE.')
  if (token === undefined) throw new Wrong('--control needs a node token: --token TOKEN, or SWITCHYARD_TOKEN.')
  return { type: 'control', url: readUrl(control), token }
}

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Wrong(`--control takes a URL such as http://127.0.0.1:4000, not ${text}.`)
  if (url.username !== '' || url.password !== '') throw new Wrong('--control takes no user or password: give --token.')
  return url.href.replace(/\/+$/, '')
}

function readCheck(check: boolean, config: string | undefined): boolean {
  if (check && config === undefined) throw new Wrong('--check needs --config FILE.')
  return check
}

function readInteger(name: Setting, text: string | undefined, min: number, max: number): number {
  const value = /^[0-9]+$/.test(text ?? '') ? Number(text) : Number.NaN
  if (!(value >= min && value <= max))
    throw new Wrong(`--${name} takes a whole number from ${min} to ${max}, not ${text}.`)
  return value
}

/** `off`, a port, or a host and a port; an IPv6 address stands in brackets. */
function readAdmin(text: string): Options['admin'] {
  if (text === 'off') return undefined
  const parts = /^(?:(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/\s]+)):)?([0-9]{1,5})$/.exec(text)
  const port = Number(parts?.[3])
  if (!parts || port > 65_535) throw new Wrong(`--admin takes HOST:PORT or off, not ${text}.`)
  return { host: parts[1] ?? parts[2] ?? '127.0.0.1', port }
}

function readNode(name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/.test(name)) return name
  throw new Wrong(`--node takes a name of letters, digits, dots, dashes and underscores, at most 63, not ${name}.`)
}

function readAccessLog(given: (name: Setting) => string | undefined): Options['accessLog'] {
  const file = given('access-log') ?? 'off'
  const format = readOneOf('access-log-format', given('access-log-format') ?? 'json', accessLogFormats)
  const query = readOneOf('access-log-query', given('access-log-query') ?? 'on', switchPositions) === 'on'
  if (file === 'off') return undefined
  return { destination: file === '-' ? { type: 'stdout' } : { type: 'file', path: resolve(file) }, format, query }
}

function readRanges(name: Setting, text: string): string[] {
  const ranges = text.split(',').map((range) => range.trim())
  if (ranges.length === 1 && ranges[0] === '') return []
  try {
    compileRanges(ranges)
  } catch {
    throw new Wrong(`--${name} takes ranges such as 169.254.10.0/24,fe80::/10, not ${text}.`)
  }
  return ranges
}

function readOneOf<const Value extends string>(name: Setting, text: string, values: readonly Value[]): Value {
  const value = values.find((one) => one === text)
  if (value === undefined) throw new Wrong(`--${name} takes one of ${values.join(', ')}, not ${text}.`)
  return value
}
