import type { Upstream } from '@switchyard/core/config/model'
import type { Cause } from '@switchyard/core/target-events'
import type { AttemptTally, ClassTally } from '../traffic/traffic.ts'
import { FailureWindow } from './failure-window.ts'

export type PassiveConfig = Upstream['health']['passive']

/** Whether failures of requests can take a target out at all. */
export function judgesAttempts(config: PassiveConfig): boolean {
  const { consecutiveFailures, consecutive5xx, consecutiveConnectFailures, failureRate, maxEjectedPercent } = config
  if (maxEjectedPercent === 0) return false
  return consecutiveFailures + consecutive5xx + consecutiveConnectFailures > 0 || failureRate !== undefined
}

/** What has become of the attempts at one target, over all workers. */
export class AttemptFailures {
  /** How many failed in a row up to now, of each class of a tally. */
  readonly #runs: [number, number, number] = [0, 0, 0]
  #window: FailureWindow | undefined

  /**
   * Joins a tally to those before it.
   *
   * @param now milliseconds, monotonic
   * @returns why the target is to be taken out; undefined when it is not
   */
  add({ total, classes }: Pick<AttemptTally, 'total' | 'classes'>, config: PassiveConfig, now: number) {
    // From the narrowest class to the widest: the first that has a threshold says most.
    const noConnection = this.#inARow(2, total, classes[2])
    const failed = this.#inARow(1, total, classes[1])
    const answered5xx = this.#inARow(0, total, classes[0])
    return (
      tooMany(noConnection, config.consecutiveConnectFailures, 'consecutive_connect_failures') ??
      tooMany(failed, config.consecutiveFailures, 'consecutive_failures') ??
      tooMany(answered5xx, config.consecutive5xx, 'consecutive_5xx') ??
      this.#rate(total, classes[0][0], config.failureRate, now)
    )
  }

  /** Begins anew: what was before the target was taken out says nothing of how it is afterwards. */
  forget(): void {
    this.#runs.fill(0)
    this.#window = undefined
  }

  /** How many failures in a row there were at most, as far as this tally has any. */
  #inARow(which: 0 | 1 | 2, total: number, [count, head, longest, tail]: ClassTally): number {
    const joined = this.#runs[which] + head
    this.#runs[which] = head === total ? joined : tail
    return count === 0 ? 0 : Math.max(head > 0 ? joined : 0, longest)
  }

  #rate(total: number, failed: number, config: PassiveConfig['failureRate'], now: number): Cause | undefined {
    if (!config) {
      this.#window = undefined
      return undefined
    }
    if (this.#window?.windowMs !== config.windowMs) this.#window = new FailureWindow(config.windowMs)
    const sums = this.#window.add(total, failed, now)
    if (failed === 0 || sums.total < config.minRequests || sums.failed * 100 < config.percent * sums.total)
      return undefined
    return { code: 'failure_rate', detail: `${sums.failed} of ${sums.total} in ${config.windowMs} ms` }
  }
}

function tooMany(inARow: number, threshold: number, code: Cause['code']): Cause | undefined {
  return threshold > 0 && inARow >= threshold ? { code, detail: `${inARow} in a row` } : undefined
}
