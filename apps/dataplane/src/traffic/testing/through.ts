import { compose } from '@switchyard/core/middleware/compose'
import type { Middleware } from '@switchyard/core/middleware/contract'
import { Engine } from '../engine.ts'
import type { Gateway } from './gateway.ts'

/**
 * Puts middleware that the catalogue does not have around what routes of the serving revision do, until the next one.
 *
 * @param ids of the routes; absent: all
 */
export function throughRoutes(gateway: Gateway, middleware: readonly Middleware[], ids?: readonly string[]): void {
  const { traffic } = gateway
  const runtime = traffic instanceof Engine ? traffic.runtime : undefined
  if (!(traffic instanceof Engine) || !runtime) throw new Error('nothing serves')
  for (const route of runtime.routes.values()) {
    if (ids?.includes(route.id) === false) continue
    Object.assign(route, { handle: compose(middleware, route.handle ?? traffic.forward) })
  }
}

/** The same for all routes. */
export function through(gateway: Gateway, ...middleware: readonly Middleware[]): void {
  throughRoutes(gateway, middleware)
}
