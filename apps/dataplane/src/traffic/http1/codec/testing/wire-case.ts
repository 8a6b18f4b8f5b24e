/** What goes over a connection in one direction, and what the reader of it knows. */
export interface WireCase {
  readonly direction: 'request' | 'response'
  /** The responses are those to HEAD: none of them has a body. */
  readonly toHead: boolean
  /** latin1 */
  readonly text: string
}

/** A message as a parser read it. */
export interface ReadMessage {
  /** Of a request. */
  readonly method: string
  /** Of a request, as on the wire. */
  readonly target: string
  /** Of a response. */
  readonly status: number
  readonly minor: number
  /** `[name, value, …]` */
  readonly fields: readonly string[]
  readonly persistent: boolean
  readonly upgrade: boolean
  body: string
  /** `[name, value, …]` */
  trailers: readonly string[]
  complete: boolean
}

/** All that a parser made of a case. */
export interface Reading {
  readonly messages: readonly ReadMessage[]
  /** Why it stopped before the end. */
  readonly refused: string | undefined
}

/** The status says that there is no content, whatever the fields say (RFC 9112, 6.3). */
export function withoutContent(status: number, toHead: boolean): boolean {
  return toHead || status < 200 || status === 204 || status === 304
}
