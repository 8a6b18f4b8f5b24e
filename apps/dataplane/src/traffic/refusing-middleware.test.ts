import { expect, test } from 'vitest'
import { startNamed } from './testing/backend.ts'
import { ask } from './testing/client.ts'
import { forwardTo, startGateway } from './testing/gateway.ts'

test('a middleware that refuses a request is at no fault: the client gets its code, and nothing is logged as failed', async () => {
  await using backend = await startNamed('a')
  const rewrite = { type: 'rewrite', regex: { pattern: '^/files', replacement: '/private/' } }
  await using gateway = await startGateway(forwardTo(backend.url, {}, { middleware: [rewrite] }))

  const { status, text } = await ask(gateway.port, { path: '/files../etc' })
  expect([status, JSON.parse(text).error.code]).toEqual([400, 'bad_request'])
  expect(gateway.access.map(({ termination }) => termination)).toEqual(['bad_request'])
  expect(gateway.log.entries.filter(({ level }) => level === 'error')).toEqual([])
  expect((await ask(gateway.port, { path: '/files/x' })).text).toBe('a')
})
