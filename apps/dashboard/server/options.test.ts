import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readOptions } from './options.ts'

test('without anything it serves on loopback port 4000, with its database in .switchyard', () => {
  expect(readOptions([], {})).toMatchObject({
    command: 'serve',
    host: '127.0.0.1',
    port: 4000,
    pages: 'built',
    database: resolve('.switchyard/switchyard.db'),
  })
})

test('arguments come before the environment', () => {
  expect(readOptions(['--port', '1', '--host', '::1'], { PORT: '2', SWITCHYARD_HOST: '::' })).toMatchObject({
    port: 1,
    host: '::1',
  })
  expect(readOptions([], { PORT: '2', SWITCHYARD_HOST: '::' })).toMatchObject({ port: 2, host: '::' })
})

test('the database is a file by its absolute path, whatever way it is written', () => {
  const database = (url: string) => readOptions([], { DATABASE_URL: url }).database
  expect(database('file:/var/lib/switchyard.db')).toBe('/var/lib/switchyard.db')
  expect(database('file:///var/lib/switchyard.db')).toBe('/var/lib/switchyard.db')
  expect(database('file:here.db')).toBe(resolve('here.db'))
})

test('a variable that is empty counts as none', () => {
  expect(readOptions([], { PORT: '', SWITCHYARD_LOG_LEVEL: '' })).toMatchObject({ port: 4000, logLevel: 'info' })
})

test('the words for help and for a password are understood', () => {
  expect(readOptions(['--help'], {}).command).toBe('help')
  expect(readOptions(['reset-password', 'A@Example.com'], {}).command).toEqual({ resetPassword: 'a@example.com' })
})

test.each<[string[], Record<string, string>, RegExp]>([
  [['--nonsense'], {}, /^Unknown option '--nonsense'\. Try switchyard-control --help\.$/],
  [[], { SWITCHYARD_LOG_LEVEL: 'loud' }, /SWITCHYARD_LOG_LEVEL.*loud/],
  [['serve'], {}, /Usage/],
  [['reset-password'], {}, /Usage/],
  [['--port', 'http'], {}, /port must be a number/],
  [['--port', '65536'], {}, /port must be a number/],
  [[], { DATABASE_URL: 'postgresql://localhost/switchyard' }, /PostgreSQL.*does not support yet/],
  [[], { DATABASE_URL: 'mysql://localhost/switchyard' }, /file:/],
  [[], { SWITCHYARD_ADMIN_EMAIL: 'a@example.com' }, /go together/],
  [[], { SWITCHYARD_ADMIN_EMAIL: 'a', SWITCHYARD_ADMIN_PASSWORD: 'long enough' }, /SWITCHYARD_ADMIN_EMAIL/],
  [[], { SWITCHYARD_ADMIN_EMAIL: 'a@b', SWITCHYARD_ADMIN_PASSWORD: 'short' }, /at least 8 characters/],
  [[], { SWITCHYARD_NODE_TOKEN: 'short' }, /SWITCHYARD_NODE_TOKEN/],
  [[], { SWITCHYARD_PUBLIC_URL: 'ftp://example.com' }, /SWITCHYARD_PUBLIC_URL/],
  [[], { SWITCHYARD_PUBLIC_URL: 'https://example.com/path' }, /SWITCHYARD_PUBLIC_URL/],
])('%j with %j is refused with a sentence', (args, env, sentence) => {
  expect(() => readOptions(args, env)).toThrow(sentence)
})
