import type { WorkerState } from '../traffic/traffic.ts'
import { addGrowth } from './growth.ts'

/** Requests and failures of a target, since the node began. */
export interface Count {
  readonly requests: number
  readonly failures: number
}

/** The same as a list: requests, failures. */
type Counted = readonly [requests: number, failures: number]

/** So many targets that are gone keep their counts, in case they come back. */
const mostForgotten = 10_000

/**
 * Adds up what workers count. A worker that dies takes its counters with it, and one that builds a target anew begins
 * at 0 again; the sums go on, so that whoever reads them never sees them go backwards.
 */
export class Counters {
  readonly #sums = new Map<string, number[]>()
  /** What each worker said last, by its process. */
  readonly #last = new Map<number, Map<string, Counted>>()

  /** @param worker the process id */
  add(worker: number, state: WorkerState): void {
    const before = this.#last.get(worker)
    const now = new Map<string, Counted>()
    for (const { upstream, id, url, requests, failures } of targetsOf(state)) {
      // While id and URL stay, it is the same live object, also once it leaves.
      const live = `${keyOf(upstream, id)} ${url}`
      const [moreRequests, moreFailures] = now.get(live) ?? [0, 0]
      now.set(live, [requests + moreRequests, failures + moreFailures])
    }
    for (const [live, count] of now) this.#grow(live, before?.get(live), count)
    this.#last.set(worker, now)
    this.#prune()
  }

  /** This worker is gone; what it counted stays in the sums. */
  forget(worker: number): void {
    this.#last.delete(worker)
  }

  of(upstream: string, target: string): Count {
    const [requests = 0, failures = 0] = this.#sums.get(keyOf(upstream, target)) ?? []
    return { requests, failures }
  }

  #grow(live: string, before: Counted | undefined, now: Counted): void {
    const key = ownerOf(live)
    const sum = this.#sums.get(key) ?? []
    addGrowth(sum, before, now)
    // Again at the end, so that the ones not heard of for longest are at the beginning.
    this.#sums.delete(key)
    this.#sums.set(key, sum)
  }

  #prune(): void {
    if (this.#sums.size <= mostForgotten) return
    const known = new Set([...this.#last.values()].flatMap((counts) => [...counts.keys()].map(ownerOf)))
    let excess = this.#sums.size - known.size - mostForgotten
    for (const key of this.#sums.keys()) {
      if (excess-- <= 0) return
      if (!known.has(key)) this.#sums.delete(key)
    }
  }
}

/** Neither ids nor URLs have spaces. */
const keyOf = (upstream: string, target: string): string => `${upstream} ${target}`
const ownerOf = (live: string): string => live.slice(0, live.lastIndexOf(' '))

function targetsOf(state: WorkerState) {
  return [
    ...state.upstreams.flatMap(({ id, targets }) => targets.map((target) => ({ ...target, upstream: id }))),
    ...state.leaving,
  ]
}
