import { expect, test } from 'vitest'
import { parseLogLine, readableLine, worthReading } from './log-line.mjs'

test('a log entry reads as time, program, message and fields', () => {
  const entry = parseLogLine(
    '{"level":"info","time":"2026-01-02T03:04:05Z","pid":1,"msg":"revision applied","number":2}',
  )
  expect(entry && readableLine('node', entry)).toMatch(/^\d\d:04:05 {2}node {5}revision applied {2}number=2$/)
})

test('levels are understood as words and as numbers, and only trouble is named', () => {
  expect(readableLine('node', { level: 40, msg: 'm' })).toContain('warn: m')
  expect(readableLine('node', { level: 'error', msg: 'm' })).toContain('error: m')
  expect(readableLine('node', { level: 30, msg: 'm' })).not.toContain('info')
})

test('debug lines and the access log are not for the terminal', () => {
  expect(worthReading({ level: 20, msg: 'm' })).toBe(false)
  expect(worthReading({ level: 'info', msg: 'request' })).toBe(false)
  expect(worthReading({ level: 'warn', msg: 'm' })).toBe(true)
})

test('what is no log entry is left as it is', () => {
  expect(parseLogLine('▲ Next.js')).toBeUndefined()
  expect(parseLogLine('{ not JSON')).toBeUndefined()
})
