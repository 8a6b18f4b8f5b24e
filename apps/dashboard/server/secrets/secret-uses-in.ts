import type { Config } from '@switchyard/core/config/model'
import { type SecretUse, secretUses } from '@switchyard/core/config/secret-uses'
import { model } from '@switchyard/middleware/model'

const remembered = new WeakMap<Config, readonly SecretUse[]>()

/** Every reference to a stored secret in a configuration. Remembered, since every look at the head asks. */
export function secretUsesIn(config: Config): readonly SecretUse[] {
  const known = remembered.get(config) ?? secretUses(model, config)
  remembered.set(config, known)
  return known
}
