import { exitCodes } from '../exit-codes.ts'
import { Failure } from '../failure.ts'

/** The longest answer: a document is at most 10 MB, and JSON that quotes it not four times as long. */
const mostBytes = 64 * 1024 * 1024

/** A call that changes much takes seconds; one that takes this long has nobody at the other end. */
const timeoutMs = 60_000

/**
 * Fetch for calls (not for streams): it ends when `signal` does or after a minute, follows no redirect, by which a token
 * would get to somewhere else, and takes no endless answer.
 *
 * @throws a Failure that says why there is no answer
 */
export function createFetch(url: string, signal: AbortSignal, within = timeoutMs, most = mostBytes): typeof fetch {
  return async (input, init) => {
    const signals = [signal, AbortSignal.timeout(within), ...(init?.signal ? [init.signal] : [])]
    let response: Response
    let body: Blob
    try {
      response = await fetch(input, { ...init, redirect: 'manual', signal: AbortSignal.any(signals) })
      body = await readBounded(response, most)
    } catch (error) {
      throw unreachable(`${url} cannot be reached: ${causeOf(error)}.`)
    }
    const { status, headers } = response
    if (!/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
      throw unreachable(`${url} does not answer as a control plane does (HTTP status ${status}).`)
    }
    return new Response(body, { status, headers })
  }
}

const unreachable = (message: string) => new Failure('unreachable', exitCodes.unreachable, message)

async function readBounded({ body }: Response, most: number): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  // Leaving the loop early cancels what else would come.
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > most) throw new Error(`its answer is longer than ${most} bytes`)
    chunks.push(chunk)
  }
  return new Blob(chunks)
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; NODE_EXTRA_CA_CERTS names a file of authorities',
}

/** The innermost cause that says something, since fetch wraps what happened. */
function causeOf(error: unknown): string {
  let said = 'it did not answer'
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (cause.name === 'TimeoutError') return 'it did not answer in time'
    if (cause.message !== '') said = cause.message
    if (code !== undefined) said = causes[code] ?? (cause.message || String(code))
  }
  return said
}
