import { createHmac } from 'node:crypto'
import { findCookie } from './affinity-cookie.ts'
import type { UpstreamConfig } from './upstream.ts'
import type { UpstreamTarget } from './upstream-target.ts'

type AffinityConfig = NonNullable<UpstreamConfig['affinity']>

/** Bytes of the signature that stand in a cookie: 144 bits, which nobody guesses. */
const tokenBytes = 18

const sites = { lax: 'Lax', strict: 'Strict', none: 'None' } as const

/**
 * Brings clients back to the target that they were sent to before. The value of the cookie is an HMAC over the ids of upstream and
 * target, worked out here once for each: a request only looks it up, and the same target has the same value after any
 * publish, in every worker. The Cookie field goes to the target as the client sent it.
 */
export class Affinity {
  readonly #name: string
  readonly #targets = new Map<string, UpstreamTarget>()
  readonly #setting = new Map<UpstreamTarget, string>()

  constructor(upstream: string, targets: readonly UpstreamTarget[], config: AffinityConfig, key: Buffer) {
    this.#name = config.name
    for (const target of targets) {
      // Ids have no zeros.
      const mac = createHmac('sha256', key).update(`${upstream}\0${target.id}`).digest()
      const token = mac.toString('base64url', 0, tokenBytes)
      this.#targets.set(token, target)
      this.#setting.set(target, settingOf(token, config))
    }
  }

  /** The target that a client was sent to before, by its Cookie field; it may be in no state to be sent to again. */
  targetOf(cookies: string | undefined): UpstreamTarget | undefined {
    return cookies === undefined ? undefined : findCookie(cookies, this.#name, this.#find)
  }

  readonly #find = (value: string): UpstreamTarget | undefined => this.#targets.get(value)

  /** The Set-Cookie field that brings a client back to this target. */
  settingOf(target: UpstreamTarget): string | undefined {
    return this.#setting.get(target)
  }
}

function settingOf(token: string, { name, path, maxAgeMs, sameSite, secure }: AffinityConfig): string {
  // A whole second at least: 0 would remove it (RFC 6265, 5.2.2).
  const age = maxAgeMs > 0 ? `; Max-Age=${Math.max(1, Math.floor(maxAgeMs / 1000))}` : ''
  return `${name}=${token}; Path=${path}${age}; SameSite=${sites[sameSite]}${secure ? '; Secure' : ''}; HttpOnly`
}
