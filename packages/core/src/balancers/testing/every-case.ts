import { strategies } from '../registry.ts'
import { type StrategyConfig, strategyUnion } from '../union.ts'

/** A strategy with its defaults; those that hash also need to know by what. */
export function configOf(type: string, more: object = {}): StrategyConfig {
  const plain = strategyUnion.safeParse({ type, ...more })
  return plain.success ? plain.data : strategyUnion.parse({ type, key: { from: 'header', name: 'x-key' }, ...more })
}

/** Every strategy with its defaults, and once more with its load bounded where it can be. */
export const everyCase = strategies.flatMap((strategy) => {
  const plain = { title: strategy.type as string, strategy, config: configOf(strategy.type) }
  if (!('maxLoadFactor' in strategy.options)) return [plain]
  const config = configOf(strategy.type, { maxLoadFactor: 1.25 })
  return [plain, { title: `${strategy.type} with bounded load`, strategy, config }]
})
