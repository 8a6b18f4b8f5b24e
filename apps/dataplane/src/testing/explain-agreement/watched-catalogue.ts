import type { Context, Middleware, MiddlewareDefinition } from '@switchyard/core/middleware/contract'
import { middleware as catalogue } from '@switchyard/middleware/registry'

/** A middleware that a request came to, and whether it went on from there. */
export interface Ran {
  /** Its type, or the id of the shared one. */
  readonly name: string
  passedOn: boolean
}

/** What the middleware of the catalogue did, by the context of the request; from `watch` until `restore`. */
export class WatchedCatalogue {
  readonly #ran = new WeakMap<object, Ran[]>()
  readonly #originals = new Map<MiddlewareDefinition, MiddlewareDefinition['create']>()

  constructor() {
    for (const definition of catalogue as readonly MiddlewareDefinition[]) {
      const { create } = definition
      this.#originals.set(definition, create)
      definition.create = (options, services) => this.#watched(create(options, services), nameOf(definition, options))
    }
  }

  ranFor(context: object): readonly Ran[] {
    return this.#ran.get(context) ?? []
  }

  restore(): void {
    for (const [definition, create] of this.#originals) definition.create = create
  }

  #watched(run: Middleware, name: string): Middleware {
    return (ctx, next) => {
      const ran: Ran = { name, passedOn: false }
      this.#note(ctx, ran)
      return run(ctx, () => {
        ran.passedOn = true
        return next()
      })
    }
  }

  #note(ctx: Context, ran: Ran): void {
    const list = this.#ran.get(ctx)
    if (list) list.push(ran)
    else this.#ran.set(ctx, [ran])
  }
}

/** Shared ones have an id, those written out in a route have none. */
function nameOf({ type }: MiddlewareDefinition, options: object): string {
  return 'id' in options ? `shared ${options.id}` : type
}
