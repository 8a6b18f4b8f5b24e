import type { Socket } from 'node:net'

/** The client's end of a tunnel: its socket, given up by the front, paused and without listeners but one for errors. */
export interface Tunnelled {
  readonly socket: Socket
  /** What the client sent before it was told that it may. */
  readonly early: readonly Buffer[]
  /** To be called once, when the tunnel is over: its exchange is then, too. */
  over(): void
}
