import type { Termination } from './termination.ts'

interface Identified {
  readonly id: string
}

/** What the access log tells of a request, once it is over. An exchange has these fields; reading them may compute. */
export interface AccessEntry {
  /** The request's id. */
  readonly id: string
  readonly traceId: string
  /** When its first byte came, in milliseconds since 1970. */
  readonly time: number
  /** Id of the listener. */
  readonly listener: string
  readonly client: { readonly ip: string; readonly port: number }
  /** Undefined for a request that is not well formed: then nothing it says is believed. */
  readonly received:
    | {
        readonly method: string
        /** Path and query as they came. */
        readonly url: string
        readonly host: string
        /** Such as `1.1`. */
        readonly httpVersion: string
        /** A field by its lower-case name. */
        header(name: string): string | undefined
      }
    | undefined
  /** That the client was told; 0 for none. */
  readonly status: number
  /** Of the body, without its framing; of a tunnel, everything. */
  readonly bytesIn: number
  readonly bytesOut: number
  readonly route: Identified | undefined
  /** Of the last attempt, as is the target. */
  readonly upstream: Identified | undefined
  readonly target: Identified | undefined
  readonly attempts: number
  /** From the first byte to the beginning of the first attempt: middleware, queue. NaN where it did not come to that, as below. */
  readonly waitingMs: number
  /** To be connected, in the last attempt; 0 on a connection that was there. */
  readonly connectMs: number
  /** From the beginning of the last attempt to the head of its response. */
  readonly responseMs: number
  /** From the first byte of the request to the last of the answer. */
  readonly totalMs: number
  readonly termination: Termination
  /** Such as `TLSv1.3`; undefined without TLS. */
  readonly tlsVersion: string | undefined
}
