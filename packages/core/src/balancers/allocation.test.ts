import { expect, test } from 'vitest'
import type { PickRequest, Target } from './contract.ts'
import { createBalancer } from './create.ts'
import { seededRandom } from './seeded-random.ts'
import { everyCase } from './testing/every-case.ts'

/** Targets of one class, as nodes have them: reading a number from objects of many shapes would itself allocate. */
class LiveTarget implements Target {
  readonly id: string
  readonly host = '10.0.0.1'
  readonly port: string
  readonly weight: number
  inFlight: number
  ramp: number
  latencyMs = 2.5

  constructor(index: number, weight: number, ramp: number) {
    this.id = `t${index}`
    this.port = String(index)
    this.weight = weight
    this.inFlight = index % 2
    this.ramp = ramp
  }
}

const picks = 200_000
const requests = Array.from({ length: 1000 }, (_, n): PickRequest => {
  const key = n % 10 === 0 ? '' : `key ${n}`
  return { clientIp: '192.0.2.1', host: 'a.example', url: '/', header: () => key }
})

test.each(everyCase.flatMap((each) => [1, 0.6].map((ramp) => ({ ...each, ramp }))))(
  '$title allocates nothing per pick, at a ramp of $ramp',
  ({ config, ramp }) => {
    const targets = [5, 1, 3, 2, 4].map((weight, index) => new LiveTarget(index, weight, ramp))
    const load = { inFlight: 8, weight: 15 * ramp }
    const balancer = createBalancer(config, targets, { random: seededRandom(7), load })
    const out = targets[0]
    const eligible = (target: Target) => target !== out
    const pickMany = () => {
      for (let n = 0; n < picks; n++) balancer.pick(requests[n % 1000] as PickRequest, eligible)
    }
    for (let round = 0; round < 8; round++) pickMany()
    // The best of some rounds: compiling and collecting happen beside them.
    const grown = Array.from({ length: 5 }, () => {
      const before = process.memoryUsage().heapUsed
      pickMany()
      return Math.abs(process.memoryUsage().heapUsed - before)
    })
    expect(Math.min(...grown) / picks).toBeLessThan(1)
  },
)
