import { timingSafeEqual } from 'node:crypto'
import { hashToken } from './random-token.ts'

/**
 * The one-time code that opens the set-up page: whoever reads the console is the one who may make the first
 * administrator. New at each start, kept as a hash, worth nothing after a day or its first use.
 */
export interface SetUpCode {
  matches(code: string): boolean
  /** It was used. */
  spend(): void
}

const lifeMs = 24 * 60 * 60_000

/** Without a code nothing matches. */
export function createSetUpCode(now: () => number, code: string | undefined): SetUpCode {
  let hash = code === undefined ? undefined : Buffer.from(hashToken(code))
  const until = now() + lifeMs

  return {
    matches: (typed) =>
      hash !== undefined && now() < until && timingSafeEqual(hash, Buffer.from(hashToken(typed.trim()))),
    spend() {
      hash = undefined
    },
  }
}
