// What a pick takes with each strategy among 10, 100 and 10,000 targets. After `npm run build`: `node bench/balancers.mjs`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createBalancer } from '@switchyard/core/balancers/create'
import { strategies } from '@switchyard/core/balancers/registry'
import { strategyUnion } from '@switchyard/core/balancers/union'
import { root } from '../scripts/repository.mjs'

const sizes = [10, 100, 10_000]
const roundMs = 60
const rounds = 5
/** A ring may have so many targets of weight 1. */
const mostOnRing = 6553

/** @typedef {import('@switchyard/core/balancers/contract').Target} Target */
/** @typedef {import('@switchyard/core/balancers/union').StrategyConfig} StrategyConfig */

const requests = Array.from({ length: 1024 }, (_, n) => {
  const key = `session-${Math.imul(n + 1, 0x9e3779b1) >>> 0}`
  return { clientIp: '192.0.2.1', host: 'a.example', url: '/', header: () => key }
})

/** @param {string} type @returns {StrategyConfig} */
function configOf(type) {
  const plain = strategyUnion.safeParse({ type })
  return plain.success ? plain.data : strategyUnion.parse({ type, key: { from: 'header', name: 'x-key' } })
}

/**
 * @param {StrategyConfig} config
 * @param {number} count
 */
function measure(config, count) {
  /** @type {Target[]} */
  const targets = Array.from({ length: count }, (_, n) => ({
    id: `t${n}`,
    host: `10.0.${n >> 8}.${n & 255}`,
    port: '8080',
    weight: 1,
    ramp: 1,
    inFlight: n % 3,
    latencyMs: 5 + (n % 7),
  }))
  const begun = performance.now()
  const balancer = createBalancer(config, targets, { random: Math.random })
  const buildMs = performance.now() - begun
  const eligible = () => true
  let at = 0
  const nanoseconds = Array.from({ length: rounds }, () => {
    const from = performance.now()
    let picks = 0
    let passed = 0
    for (; passed < roundMs; passed = performance.now() - from) {
      for (let n = 0; n < 100; n++) {
        const request = requests[at++ & 1023]
        if (request === undefined || balancer.pick(request, eligible) === undefined) throw new Error('nobody picked')
      }
      picks += 100
    }
    return (passed * 1e6) / picks
  })
  return { buildMs, pickNs: Math.min(...nanoseconds) }
}

const header = [
  `| ns per pick | ${sizes.join(' | ')} | made for the most, ms |`,
  `|---|${sizes.map(() => '--:|').join('')}--:|`,
]
const lines = strategies.map(({ type }) => {
  const counts = sizes.map((size) => (type === 'consistent-hash' ? Math.min(size, mostOnRing) : size))
  const measured = counts.map((count) => measure(configOf(type), count))
  const cells = measured.map(({ pickNs }) => pickNs.toFixed(0))
  return `| ${type} | ${cells.join(' | ')} | ${measured.at(-1)?.buildMs.toFixed(1)} |`
})
const text = [
  `# Picks of balancers, ${new Date().toISOString().slice(0, 16).replace('T', ' ')}`,
  '',
  `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores; Node ${process.versions.node}. The best of ${rounds} rounds.`,
  `All eligible, weights of 1. A ring takes ${mostOnRing} targets at most, which stand for the 10,000.`,
  '',
  ...header,
  ...lines,
  '',
].join('\n')
const folder = join(root, 'bench', 'results')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'balancers.md'), text)
console.log(text)
