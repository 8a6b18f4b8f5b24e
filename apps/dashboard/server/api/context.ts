import type { Caller } from '../access/caller.ts'
import type { Services } from '../services.ts'

/** One call of the API. */
export interface ApiContext {
  readonly services: Services
  /** Nobody, when neither a session nor a token was sent, or what was sent is worth nothing. */
  readonly caller: Caller | undefined
  /** Asks again who calls; a subscription lives longer than a session may. */
  authenticate(): Promise<Caller | undefined>
  /** The peer's address, as the socket says; never what a client claims. */
  readonly address: string
  /** Hands the browser a session, or takes it away. */
  setSession(token: string | undefined): void
}
