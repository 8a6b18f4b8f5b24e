import type { Config } from '@switchyard/core/config/model'
import { SwitchyardError } from '@switchyard/core/errors'

/**
 * Asks back, unless `confirm` is set, before more than half of the routes that serve now would serve no more (removed,
 * or disabled), or the last listener goes. A draft that lost its content must not take the traffic with it.
 */
export function confirmRemoval(before: Config | undefined, after: Config, confirm: boolean): void {
  if (before === undefined || confirm) return
  const problems = [...routesRemoved(before, after), ...listenersRemoved(before, after)]
  if (problems.length === 0) return
  const message = `${problems.map((problem) => problem.message).join(' ')} Confirm it to go on.`
  throw new SwitchyardError('confirmation_required', { message, problems })
}

function routesRemoved(before: Config, after: Config) {
  const served = enabledRoutes(before)
  const kept = new Set(enabledRoutes(after))
  const removed = served.filter((id) => !kept.has(id)).length
  if (removed * 2 <= served.length) return []
  return [{ path: 'routes', message: `This removes ${removed} of ${served.length} routes that serve now.` }]
}

function listenersRemoved(before: Config, after: Config) {
  if (before.listeners.length === 0 || after.listeners.length > 0) return []
  return [{ path: 'listeners', message: 'This removes every listener, so that nothing can be reached.' }]
}

const enabledRoutes = (config: Config): string[] => config.routes.filter(({ enabled }) => enabled).map(({ id }) => id)
