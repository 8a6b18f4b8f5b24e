import { compose } from '@switchyard/core/middleware/compose'
import type { Middleware } from '@switchyard/core/middleware/contract'
import { Engine } from '../engine.ts'
import type { Gateway } from './gateway.ts'

/** Puts middleware that the catalogue does not have around what a route of the serving revision does, until the next one. */
export function through(gateway: Gateway, ...middleware: readonly Middleware[]): void {
  const { traffic } = gateway
  const runtime = traffic instanceof Engine ? traffic.runtime : undefined
  if (!(traffic instanceof Engine) || !runtime) throw new Error('nothing serves')
  for (const route of runtime.routes.values()) {
    Object.assign(route, { handle: compose(middleware, route.handle ?? traffic.forward) })
  }
}
