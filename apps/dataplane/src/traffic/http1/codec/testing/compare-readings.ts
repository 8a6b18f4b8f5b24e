import { METHODS } from 'node:http'
import { readByNode } from './node-reading.ts'
import { type OurReading, readByOurs } from './our-reading.ts'
import { whyStricter } from './why-stricter.ts'
import type { Reading, ReadMessage, WireCase } from './wire-case.ts'

/** What came out of reading a case twice. */
export interface Comparison {
  /** Ours accepted what Node does not read in the same way: a defect of ours. */
  readonly disagreement: string | undefined
  /** Why ours refused what Node reads; undefined when it did not. */
  readonly stricter: string | undefined
  readonly ours: OurReading
  readonly node: Reading
}

/** Reads a case by ours and by Node's strict parser. Whatever ours accepts, Node must read in the same way. */
export function compareReadings(wire: WireCase): Comparison {
  const ours = readByOurs(wire)
  const node = readByNode(wire)
  return { disagreement: findDisagreement(wire, ours, node), stricter: findStricter(wire, ours, node), ours, node }
}

function findDisagreement(wire: WireCase, ours: OurReading, node: Reading): string | undefined {
  // QUERY is younger than the oldest Node that runs this.
  if (wire.direction === 'request' && ours.messages.some(({ method }) => !METHODS.includes(method))) return undefined
  for (const [i, message] of ours.messages.entries()) {
    const other = node.messages[i]
    if (other === undefined) return `message ${i}: Node reads none: ${node.refused}`
    const last = i === ours.messages.length - 1
    const difference = findDifference(wire, message, other, last ? ours.refused : undefined)
    if (difference !== undefined) return `message ${i}: ${difference}`
  }
  if (ours.refused !== undefined || ours.closed) return undefined
  if (node.messages.length > ours.messages.length) return 'Node reads one more'
  const waiting = ours.messages.at(-1)
  if (waiting?.complete === false && node.refused !== undefined && !endedEarly.has(node.refused)) {
    return `Node refuses the body: ${node.refused}`
  }
  return undefined
}

const endedEarly = new Set(['HPE_INVALID_EOF_STATE', 'HPE_CLOSED_CONNECTION'])

function findDifference(
  wire: WireCase,
  ours: ReadMessage,
  node: ReadMessage,
  refused: string | undefined,
): string | undefined {
  for (const part of ['method', 'target', 'status', 'minor'] as const) {
    if (ours[part] !== node[part]) return `${part}: ${JSON.stringify(ours[part])}, Node: ${JSON.stringify(node[part])}`
  }
  const exact = wire.direction === 'request'
  if (!(exact ? equal : within)(ours.fields, node.fields)) return `fields: ${ours.fields}, Node: ${node.fields}`
  // With HTTP/1.0 there is no upgrade for us.
  if (ours.upgrade !== node.upgrade && (exact ? ours.minor === 1 : ours.status === 101)) {
    return `upgrade: ${ours.upgrade}, Node: ${node.upgrade}`
  }
  // What Node has read before a fault of the body that ours finds does not matter.
  if (refused !== undefined) {
    return node.body.startsWith(ours.body) ? undefined : bodies(ours, node)
  }
  if (ours.body !== node.body) return bodies(ours, node)
  if (ours.complete !== node.complete) return `complete: ${ours.complete}, Node: ${node.complete}`
  if (!(exact ? equal : within)(ours.trailers, node.trailers))
    return `trailers: ${ours.trailers}, Node: ${node.trailers}`
  // A response whose end is the end of the connection never persists; ours leaves that to who reads it.
  if (exact && ours.persistent && !node.persistent) return 'persistent'
  return undefined
}

function bodies(ours: ReadMessage, node: ReadMessage): string {
  return `body: ${JSON.stringify(ours.body)}, Node: ${JSON.stringify(node.body)}`
}

function equal(ours: readonly string[], node: readonly string[]): boolean {
  return ours.length === node.length && ours.every((text, i) => text === node[i])
}

/** Whether ours is Node's list with some of its fields left out. */
function within(ours: readonly string[], node: readonly string[]): boolean {
  let at = 0
  for (let i = 0; i < node.length && at < ours.length; i += 2) {
    if (node[i] === ours[at] && node[i + 1] === ours[at + 1]) at += 2
  }
  return at === ours.length
}

function findStricter(wire: WireCase, ours: OurReading, node: Reading): string | undefined {
  const { refused, messages } = ours
  if (refused === undefined) {
    return ours.closed && node.messages.length > messages.length ? 'the connection was to close' : undefined
  }
  const current = messages.at(-1)
  if (current?.complete === false) {
    const other = node.messages[messages.length - 1]
    const alsoRefused = node.refused !== undefined && other?.complete === false && !endedEarly.has(node.refused)
    return alsoRefused ? undefined : `body: ${refused}`
  }
  const other = node.messages[messages.length]
  if (other === undefined) return node.refused === undefined ? `before the head was complete: ${refused}` : undefined
  return whyStricter(wire, ours.at, other)
}
