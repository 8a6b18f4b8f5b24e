import { seededRandom } from '@switchyard/core/balancers/seeded-random'

/** Draws that repeat with the seed. */
export class Draw {
  readonly #random: () => number

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  /** An integer from 0 to before `count`. */
  below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  chance(probability: number): boolean {
    return this.#random() < probability
  }

  one<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)]
    if (choice === undefined) throw new Error('nothing to choose from')
    return choice
  }

  /** The usual one, or now and then one of the others. */
  usually<T>(usual: T, others: readonly T[], odds = 0.04): T {
    return this.chance(odds) ? this.one(others) : usual
  }
}
