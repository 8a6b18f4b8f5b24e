import { type ClientHttp2Session, connect, constants } from 'node:http2'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Cause } from '@switchyard/core/target-events'
import { cause } from './cause.ts'
import { readCheck, servingStatuses, writeCheck } from './grpc-health-message.ts'
import type { Answered, ProbeConfig } from './question.ts'

type GrpcConfig = Extract<ProbeConfig, { type: 'grpc' }>

/** An answer is a few bytes. */
const mostBytes = 1024
const mostInterim = 100
/** Of header fields, in pairs: a hostile answer takes no memory. */
const limits = { maxHeaderListPairs: 64, maxSessionMemory: 1, maxReservedRemoteStreams: 0, maxSettings: 32 }

/** Asks by the health protocol of gRPC, over HTTP/2. */
export function askGrpc(socket: Socket, config: GrpcConfig, authority: string, answered: Answered): void {
  const secure = socket instanceof TLSSocket
  if (secure && socket.alpnProtocol !== 'h2') {
    answered(cause('bad_response', 'it does not speak HTTP/2'))
    return
  }
  const session = connect(`${secure ? 'https' : 'http'}://${authority}`, {
    createConnection: () => socket,
    settings: { enablePush: false, maxConcurrentStreams: 0, maxHeaderListSize: 16_384 },
    ...limits,
  })
  const finish: Answered = (fault) => {
    answered(fault)
    session.destroy()
  }
  session.on('error', (error) => finish(causeOf(error)))
  session.on('close', () => finish(cause('target_reset', 'the connection was closed')))
  ask(session, config, authority, finish)
}

function ask(session: ClientHttp2Session, { service }: GrpcConfig, authority: string, finish: Answered): void {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': authority,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': 'switchyard-probe',
  })
  const chunks: Buffer[] = []
  let length = 0
  let grpcStatus: unknown
  stream.on('response', (headers) => {
    const status = Number(headers[constants.HTTP2_HEADER_STATUS])
    if (status !== 200) return finish(cause('bad_status', `status ${status}`))
    if (!String(headers['content-type']).startsWith('application/grpc')) {
      return finish(cause('bad_response', 'it does not speak gRPC'))
    }
    // In the head where there is nothing else.
    grpcStatus = headers['grpc-status']
  })
  stream.on('trailers', (trailers) => {
    grpcStatus = trailers['grpc-status']
  })
  stream.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length > mostBytes) finish(cause('bad_response', 'the answer is too long'))
    else chunks.push(chunk)
  })
  stream.on('end', () => {
    if (grpcStatus === undefined) return finish(cause('bad_response', 'there is no grpc-status'))
    if (grpcStatus !== '0') return finish(cause('not_serving', `grpc-status ${grpcStatus}`))
    const status = readCheck(Buffer.concat(chunks))
    if (status === undefined) return finish(cause('bad_response', 'the answer cannot be read'))
    finish(status === 1 ? undefined : cause('not_serving', `status ${servingStatuses[status] ?? status}`))
  })
  let interim = 0
  stream.on('headers', () => {
    if (++interim > mostInterim) finish(cause('bad_response', 'there are too many interim answers'))
  })
  stream.on('error', (error) => finish(causeOf(error)))
  stream.end(writeCheck(service))
}

/** A connection or a stream that was ended, or one that is not as HTTP/2 has it. */
function causeOf(error: Error & { code?: unknown }): Cause {
  const ended = /^(?:E[A-Z]+|ERR_HTTP2_STREAM_ERROR)$/.test(String(error.code))
  return cause(ended ? 'target_reset' : 'bad_response', error.message)
}
