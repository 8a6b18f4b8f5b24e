import { expect, test } from 'vitest'
import { createIds } from './ids.ts'
import { traceContext } from './traceparent.ts'

const ids = createIds()
const requestId = '0123456789abcdef0123456789abcdef'
const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

test.each([
  ['sampled', `00-${trace}-${parent}-01`, '01'],
  ['not sampled', `00-${trace}-${parent}-00`, '00'],
  ['random', `00-${trace}-${parent}-03`, '03'],
  ['flags that are not defined', `00-${trace}-${parent}-fe`, '02'],
  ['a version to come', `cc-${trace}-${parent}-01`, '01'],
  ['a version to come, with more fields', `01-${trace}-${parent}-01-what-the-future-brings`, '01'],
])('a trace goes on, with a span of ours as parent: %s', (_, received, flags) => {
  const { traceId, header, begun } = traceContext(received, requestId, ids)
  expect(traceId).toBe(trace)
  expect(begun).toBe(false)
  expect(header).toMatch(new RegExp(`^00-${trace}-(?!0{16}|${parent})[0-9a-f]{16}-${flags}$`))
})

test.each([
  ['none', undefined],
  ['empty', ''],
  ['of a version that cannot be', `ff-${trace}-${parent}-01`],
  ['without a trace', `00-${'0'.repeat(32)}-${parent}-01`],
  ['without a parent', `00-${trace}-${'0'.repeat(16)}-01`],
  ['in capitals', `00-${trace.toUpperCase()}-${parent}-01`],
  ['too short', `00-${trace}-${parent}-0`],
  ['too short for its version', `00-${trace.slice(1)}-${parent}-01`],
  ['longer than version 00', `00-${trace}-${parent}-01-more`],
  ['longer than version 00 by a dash', `00-${trace}-${parent}-01-`],
  ['of a version to come, with no dash', `01-${trace}-${parent}-01more`],
  ['with flags that are no digits', `00-${trace}-${parent}-0g`],
  ['with spaces', ` 00-${trace}-${parent}-01`],
  ['two of them', `00-${trace}-${parent}-01, 00-${trace}-${parent}-01`],
])('a trace begins with the request where there is no valid one: %s', (_, received) => {
  const { traceId, header, begun } = traceContext(received, requestId, ids)
  expect(traceId).toBe(requestId)
  expect(begun).toBe(true)
  expect(header).toMatch(new RegExp(`^00-${requestId}-(?!0{16})[0-9a-f]{16}-01$`))
})

test.each(['my request', '0'.repeat(32), requestId.toUpperCase(), `${requestId}0`])(
  'a request whose id, given by a proxy, cannot be that of a trace gets a trace of its own: %s',
  (given) => {
    const { traceId, header } = traceContext(undefined, given, ids)
    expect(traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(traceId).not.toBe(given)
    expect(header.slice(3, 35)).toBe(traceId)
  },
)
