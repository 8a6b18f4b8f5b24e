import { Socket } from 'node:net'
import type { Cause } from '@switchyard/core/target-events'
import { type AddressPolicy, AddressRefused } from '../traffic/address-policy.ts'
import { openSocket } from '../traffic/open-socket.ts'
import { cause } from './cause.ts'
import { askGrpc } from './probe-grpc.ts'
import { askHttp } from './probe-http.ts'
import type { Answered, Question } from './question.ts'

/** So late, this process stood still itself, and what has come meanwhile has not been read yet. */
const lateMs = 200
const secondChanceMs = 1000

const lateAt = { connect: 'connect_timeout', tls: 'tls_failed', answer: 'response_timeout' } as const
const closedAt = { connect: 'connect_failed', tls: 'tls_failed', answer: 'target_reset' } as const
type Stage = keyof typeof closedAt

/**
 * Asks a target once, over a connection of its own.
 *
 * @param answered called once, with the cause if the target is not well, unless the probe is cancelled before
 * @returns cancels it
 */
export function startProbe(question: Question, allowed: AddressPolicy, answered: Answered): () => void {
  const { config, authority, tls } = question
  const began = performance.now()
  let over = false
  let stage: Stage = 'connect'
  const socket = open(question, allowed)

  const end = (): void => {
    over = true
    clearTimeout(timer)
    socket.destroy()
  }
  const finish: Answered = (why) => {
    if (over) return
    end()
    answered(why)
  }
  const tooLate = (): void => finish(cause(lateAt[stage], `no answer within ${config.timeoutMs} ms`))
  let timer = setTimeout(() => {
    if (performance.now() - began < config.timeoutMs + lateMs) tooLate()
    else timer = setTimeout(tooLate, Math.min(config.timeoutMs, secondChanceMs))
  }, config.timeoutMs)

  const begin = (): void => {
    stage = 'answer'
    if (over) return
    if (config.type === 'tcp') finish(undefined)
    else if (config.type === 'grpc') askGrpc(socket, config, authority, finish)
    else askHttp(socket, config, authority, finish)
  }
  socket.once('connect', () => {
    if (tls) stage = 'tls'
    else begin()
  })
  socket.once('secureConnect', begin)
  // It may fail after the answer, too, and then nobody else listens.
  socket.on('error', (error) => finish(causeOf(error, stage)))
  // Whoever reads from it may know better what it means that it was closed.
  socket.on('close', () => setImmediate(() => finish(cause(closedAt[stage], 'the connection was closed'))))
  return end
}

function open({ endpoint, tls }: Question, allowed: AddressPolicy): Socket {
  try {
    return openSocket(endpoint, allowed, tls)
  } catch (error) {
    // OpenSSL takes no certificate that it does not like.
    const socket = new Socket()
    process.nextTick(() => socket.destroy(error as Error))
    return socket
  }
}

function causeOf(error: Error & { code?: unknown }, stage: Stage): Cause {
  if (error instanceof AddressRefused) return cause('address_refused', error.message)
  const { code } = error
  // Node puts its attempts at the addresses of one name into an error without a message.
  return cause(closedAt[stage], error.message || (typeof code === 'string' ? code : error.name))
}
