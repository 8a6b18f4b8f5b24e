/**
 * Slows down guessing. Failures are counted per address and account, per address, and per account, whether the
 * account exists or not, so that the answer tells nothing about it. All of it is in memory and bounded.
 */
export interface SignInLimiter {
  /** May this attempt be made now? Counts it as failed until `succeeded` says otherwise. */
  admit(address: string, account: string): boolean
  succeeded(address: string, account: string): void
}

/** Failures allowed within the window; after them attempts are refused until it has passed. */
const windowMs = 15 * 60_000
const limits = { pair: 8, address: 50, account: 100 }

/** Of 20,000 counters the oldest give way: an attacker with that many addresses has other means. */
const maxCounters = 20_000

export function createSignInLimiter(now: () => number): SignInLimiter {
  const counters = new Map<string, { since: number; failures: number }>()

  const counter = (key: string) => {
    const found = counters.get(key)
    if (found && now() - found.since < windowMs) return found
    const fresh = { since: now(), failures: 0 }
    counters.delete(key)
    counters.set(key, fresh)
    const oldest = counters.size > maxCounters ? counters.keys().next().value : undefined
    if (oldest !== undefined) counters.delete(oldest)
    return fresh
  }
  const keysOf = (address: string, account: string) => ({
    pair: JSON.stringify([address, account]),
    address: `address ${address}`,
    account: `account ${account}`,
  })

  return {
    admit(address, account) {
      const keys = keysOf(address, account)
      const counted = [
        { limit: limits.pair, counter: counter(keys.pair) },
        { limit: limits.address, counter: counter(keys.address) },
        { limit: limits.account, counter: counter(keys.account) },
      ]
      if (counted.some(({ limit, counter }) => counter.failures >= limit)) return false
      for (const { counter } of counted) counter.failures++
      return true
    },
    succeeded(address, account) {
      const keys = keysOf(address, account)
      counters.delete(keys.pair)
      counters.delete(keys.account)
      // Others behind the same address may be guessing: only this attempt is taken back.
      const byAddress = counters.get(keys.address)
      if (byAddress) byAddress.failures--
    },
  }
}
