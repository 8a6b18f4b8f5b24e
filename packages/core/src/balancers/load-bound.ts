import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import type { Eligible, Target, UpstreamLoad } from './contract.ts'

/** The option of strategies that bound the load of a target. A new schema at each call, for words of its own. */
export const maxLoadFactor = () =>
  z.number().min(1.01).max(10).optional().register(fields, {
    title: 'Greatest load',
    description:
      'A target has in flight at most so many times what is due to its weight; further keys go on to the next. 1.25 is usual; absent: no bound.',
    example: '1.25',
    advanced: true,
  })

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam, 2016): a target takes
 * ceil(factor · (all in flight + 1) · its share of the weight) and no more. Since the factor is above 1, there is always
 * one below its own bound while all are well.
 */
export class LoadBound {
  readonly #factor: number
  readonly #load: UpstreamLoad
  #eligible: Eligible = () => false
  readonly #eligibleWithRoom: Eligible = (target) => this.#eligible(target) && this.hasRoom(target)

  constructor(factor: number, load: UpstreamLoad) {
    this.#factor = factor
    this.#load = load
  }

  hasRoom(target: Target): boolean {
    const { inFlight, weight } = this.#load
    return target.inFlight < Math.ceil((this.#factor * (inFlight + 1) * target.weight * target.ramp) / weight)
  }

  /** Who is eligible and below its bound. One function for all picks, good until the next call: nothing is allocated. */
  among(eligible: Eligible): Eligible {
    this.#eligible = eligible
    return this.#eligibleWithRoom
  }
}

/** Undefined without a factor, and where nobody counts the load. */
export function loadBound(factor: number | undefined, load: UpstreamLoad | undefined): LoadBound | undefined {
  return factor === undefined || load === undefined ? undefined : new LoadBound(factor, load)
}
