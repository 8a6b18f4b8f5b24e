import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { cause } from './cause.ts'
import type { Answered, ProbeConfig } from './question.ts'

type HttpConfig = Extract<ProbeConfig, { type: 'http' }>

/** So much of a body is looked at. */
const bodyBytes = 65_536
const headBytes = 16_384

/**
 * Sends a request as a client would and looks at the answer. A redirect is an answer like any other. The path stands as it is
 * written, without the base path of the target's address: what says how a server is, is seldom below the application.
 */
export function askHttp(socket: Socket, config: HttpConfig, authority: string, answered: Answered): void {
  const { method, path, host = authority, headers, expectStatus, expectBody } = config
  const asking = request({
    createConnection: () => socket,
    method,
    path,
    setHost: false,
    headers: { 'user-agent': 'switchyard-probe', ...headers, host, connection: 'close' },
    maxHeaderSize: headBytes,
  })
  // Zero is no limit: else lines beyond one are dropped without a word. The size is limited.
  asking.maxHeadersCount = 0
  asking.on('error', (error: Error & { code?: unknown }) => {
    const { code } = error
    const parsing = typeof code === 'string' && code.startsWith('HPE_')
    answered(parsing ? cause('bad_response', error.message) : cause('target_reset', error.message))
  })
  const judge = (response: IncomingMessage): void => {
    const { statusCode: status = 0 } = response
    if (!expectStatus.some((range) => isIn(status, range))) answered(cause('bad_status', `status ${status}`))
    else if (expectBody === undefined) answered(undefined)
    else readBody(response, Buffer.from(expectBody), answered)
  }
  asking.on('response', judge)
  // After 101 there is another protocol, and no body.
  asking.on('upgrade', judge)
  asking.end()
}

/** @param range `204` or `200-399` */
function isIn(status: number, range: string): boolean {
  const [from, to = from] = range.split('-')
  return status >= Number(from) && status <= Number(to)
}

function readBody(response: IncomingMessage, expected: Buffer, answered: Answered): void {
  const body = Buffer.alloc(bodyBytes)
  let length = 0
  const missing = (): void => answered(cause('bad_body', `the expected text is not in the first ${length} bytes`))
  response.on('data', (chunk: Buffer) => {
    const from = Math.max(0, length - expected.length + 1)
    length += chunk.copy(body, length)
    if (body.subarray(0, length).includes(expected, from)) answered(undefined)
    else if (length === bodyBytes) missing()
  })
  response.on('end', missing)
  response.on('error', (error) => answered(cause('target_reset', error.message)))
}
