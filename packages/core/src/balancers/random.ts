import { defineStrategy } from './contract.ts'
import { weightShares } from './shares.ts'

/** Draws by weight, each time anew (as nginx's `random` and HAProxy's with one draw). */
export const random = defineStrategy({
  type: 'random',
  title: 'Random',
  description: 'Each request draws a target by weight.',
  options: {},
  create(targets, _options, { random }) {
    return {
      pick(_request, eligible) {
        let total = 0
        for (const target of targets) if (target.weight > 0 && eligible(target)) total += target.weight
        let rest = random() * total
        for (const target of targets) {
          if (target.weight === 0 || !eligible(target)) continue
          rest -= target.weight
          if (rest < 0) return target
        }
        return undefined
      },
    }
  },
  shares: weightShares,
})
