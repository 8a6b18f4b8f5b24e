import type { Context, Middleware } from './contract.ts'

/** What a request goes through in the end: middleware and forwarding as one function. */
export type Handler = (ctx: Context) => Promise<void> | void

/**
 * Folds middleware around `forward`, the first one outermost. Done once per route, when a runtime is built; without
 * middleware it is `forward` itself. No promise is made where nobody makes one.
 *
 * A second call of `next` throws: it would send the request twice. Errors pass through every middleware that lets them.
 */
export function compose(middleware: readonly Middleware[], forward: Handler): Handler {
  return middleware.reduceRight(wrap, forward)
}

function wrap(inner: Handler, middleware: Middleware): Handler {
  return (ctx) => {
    let called = false
    return middleware(ctx, () => {
      if (called) throw new Error(`next() was called twice in ${middleware.name || 'a middleware'}`)
      called = true
      return inner(ctx)
    })
  }
}
