import type { Config, MiddlewareUse, Model, Route } from '../config/model.ts'
import type { MiddlewareDefinition, MiddlewareServices } from '../middleware/contract.ts'
import { kept } from './kept.ts'
import type { UsedMiddleware } from './trace-middleware.ts'

/** Makes the middleware of a route when it is first asked for; shared ones once for all. */
export function createMiddlewareLists(
  catalogue: Model['catalogue'],
  config: Config,
  services: MiddlewareServices,
): (route: Route) => readonly UsedMiddleware[] {
  const definitions = new Map(catalogue.map((definition) => [definition.type, definition as MiddlewareDefinition]))
  const shared = new Map<string, UsedMiddleware>()
  const lists = new Map<string, readonly UsedMiddleware[]>()

  function create(use: MiddlewareUse, options: { readonly type: string }): UsedMiddleware {
    const definition = definitions.get(options.type)
    if (!definition) throw new Error(`no middleware of type ${options.type}`)
    // Parsed by the schema of this very definition.
    return { type: options.type, use, run: definition.create(options as never, services) }
  }

  function createUse(use: MiddlewareUse): UsedMiddleware {
    const { ref } = use
    if (ref === undefined) return create(use, use)
    const resource = config.middleware.find(({ id }) => id === ref)
    // The document was checked: every reference leads somewhere.
    if (!resource) throw new Error(`no middleware ${ref}`)
    return kept(shared, ref, () => create(use, resource))
  }

  return (route) => kept(lists, route.id, () => route.middleware.map(createUse))
}
