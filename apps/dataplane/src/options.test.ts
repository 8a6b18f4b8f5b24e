import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readOptions, usage } from './options.ts'

const run = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const asked = readOptions(args, env)
  if (asked.type !== 'run') throw new Error(`not run: ${JSON.stringify(asked)}`)
  return asked.options
}
const wrong = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const asked = readOptions(args, env)
  if (asked.type !== 'wrong') throw new Error(`not wrong: ${JSON.stringify(asked)}`)
  return asked.message
}

describe('reading the options', () => {
  test('a file alone is enough, and everything else has a default', () => {
    expect(run(['--config', 'gateway.yaml'])).toEqual({
      source: { type: 'file', path: resolve('gateway.yaml') },
      check: false,
      workers: availableParallelism(),
      admin: { host: '127.0.0.1', port: 9901 },
      data: undefined,
      home: resolve('.switchyard'),
      node: undefined,
      logLevel: 'info',
      accessLog: undefined,
      allowAddresses: [],
      maxProbes: 100,
      drainMs: 30_000,
      shutdownWaitMs: 200,
    })
  })

  test('every option is also a variable, and the command line wins over it', () => {
    const env = {
      SWITCHYARD_CONTROL: 'http://127.0.0.1:4000/',
      SWITCHYARD_TOKEN: 'secret',
      SWITCHYARD_WORKERS: '3',
      SWITCHYARD_ADMIN: 'off',
      SWITCHYARD_DATA: '/var/lib/node',
      SWITCHYARD_NODE: 'edge-1',
      SWITCHYARD_LOG_LEVEL: 'warn',
      SWITCHYARD_HOME: '/srv/switchyard',
    }
    expect(run([], env)).toMatchObject({
      source: { type: 'control', url: 'http://127.0.0.1:4000', token: 'secret' },
      workers: 3,
      admin: undefined,
      data: '/var/lib/node',
      home: '/srv/switchyard',
      node: 'edge-1',
      logLevel: 'warn',
    })
    expect(run(['--workers', '1', '--admin', '[::1]:0'], env)).toMatchObject({
      workers: 1,
      admin: { host: '::1', port: 0 },
    })
  })

  test('an access log goes to standard output or to a file, in one of two formats', () => {
    const access = (args: string[], env = {}) => run(['--config', 'a', ...args], env).accessLog
    expect(access(['--access-log', 'off'])).toBeUndefined()
    expect(access(['--access-log', '-'])).toEqual({ destination: { type: 'stdout' }, format: 'json', query: true })
    const env = {
      SWITCHYARD_ACCESS_LOG: 'access.log',
      SWITCHYARD_ACCESS_LOG_FORMAT: 'combined',
      SWITCHYARD_ACCESS_LOG_QUERY: 'off',
    }
    const file = { destination: { type: 'file', path: resolve('access.log') }, format: 'combined', query: false }
    expect(access([], env)).toEqual(file)
    expect(access(['--access-log', 'off'], env)).toBeUndefined()
  })

  test('addresses that targets may have are ranges with commas between', () => {
    expect(run(['--config', 'a', '--allow-addresses', '169.254.10.0/24, fe80::/10']).allowAddresses).toEqual([
      '169.254.10.0/24',
      'fe80::/10',
    ])
    expect(run(['--config', 'a'], { SWITCHYARD_ALLOW_ADDRESSES: '169.254.169.254' }).allowAddresses).toEqual([
      '169.254.169.254',
    ])
  })

  test('a control plane and a file together are refused', () => {
    expect(wrong(['--control', 'http://127.0.0.1:4000', '--token', 't', '--config', 'a.yaml'])).toMatch(/not both/)
    expect(wrong(['--config', 'a.yaml'], { SWITCHYARD_CONTROL: 'http://127.0.0.1:4000' })).toMatch(/not both/)
  })

  test('neither of them, or a control plane without a token, is refused', () => {
    expect(wrong([])).toMatch(/--control URL or --config FILE/)
    expect(wrong(['--control', 'http://127.0.0.1:4000'])).toMatch(/token/)
  })

  test.each([
    [['--colour', 'red'], /Unknown option '--colour'\.$/],
    [['gateway.yaml'], /Unexpected argument 'gateway.yaml'\.$/],
    [['--config'], /--config/],
    [['--config', 'a', '--workers', '0'], /--workers takes a whole number from 1 to 256, not 0/],
    [['--config', 'a', '--workers', '1e1'], /--workers/],
    [['--config', 'a', '--admin', 'nowhere'], /--admin takes HOST:PORT/],
    [['--config', 'a', '--admin', '127.0.0.1:70000'], /--admin/],
    [['--config', 'a', '--node', '../etc'], /--node/],
    [['--config', 'a', '--log-level', 'loud'], /--log-level takes one of debug, info, .*, not loud/],
    [['--config', 'a', '--access-log', '-', '--access-log-format', 'xml'], /--access-log-format takes one of json/],
    [['--config', 'a', '--access-log-query', 'no'], /--access-log-query takes one of on, off, not no/],
    [['--config', 'a', '--allow-addresses', '10.0.0.0/33'], /--allow-addresses takes ranges/],
    [['--config', 'a', '--allow-addresses', '10.0.0.1,'], /--allow-addresses/],
    [['--control', 'ftp://x', '--token', 't'], /--control takes a URL/],
    [['--control', 'http://u:p@x', '--token', 't'], /no user or password/],
    [['--control', 'http://x', '--token', 't', '--check'], /--check needs --config/],
  ])('%j is refused with a sentence', (args, sentence) => {
    expect(wrong(args)).toMatch(sentence)
  })

  test('the token never stands in a message about wrong options', () => {
    expect(wrong(['--control', 'http://x', '--token', 'very-secret', '--workers', 'many'])).not.toContain('very-secret')
  })

  test('help and version need nothing else, and help names every option', () => {
    expect(readOptions(['--help'], {})).toEqual({ type: 'help' })
    expect(readOptions(['--version'], {})).toEqual({ type: 'version' })
    const names = ['control', 'token', 'config', 'check', 'workers', 'admin', 'data', 'node', 'log-level', 'access-log']
    for (const name of [...names, 'access-log-format', 'access-log-query', 'allow-addresses', 'drain-ms']) {
      expect(usage).toContain(`--${name}`)
    }
  })
})
