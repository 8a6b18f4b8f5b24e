import type { MiddlewareUse } from '../config/model.ts'
import type { ErrorCode } from '../errors.ts'
import type { Context, Middleware } from '../middleware/contract.ts'
import { codeOfThrown } from '../middleware/thrown.ts'
import type { Change, MiddlewareStep } from './explanation.ts'
import { changesBetween, partsOfRequest, partsOfResponse } from './message-changes.ts'

/** One place in the list of a route: the middleware that stands there, and how it is written. */
export interface UsedMiddleware {
  readonly type: string
  readonly use: MiddlewareUse
  readonly run: Middleware
}

/** The middleware of a route, each watched in what it does with one request. */
export interface MiddlewareTrace {
  readonly watched: readonly Middleware[]
  /** What each has done so far. */
  steps(): MiddlewareStep[]
}

export function traceMiddleware(list: readonly UsedMiddleware[]): MiddlewareTrace {
  const watches = list.map(({ run }) => new Watch(run))
  return {
    watched: watches.map(({ middleware }) => middleware),
    steps: () =>
      list.map(({ type, use }, index) => {
        const { decision, code, request, response } = watches[index] as Watch
        return { type, ref: use.ref ?? null, decision, code, request, response }
      }),
  }
}

/** One middleware and one request. */
class Watch {
  decision: MiddlewareStep['decision'] = 'not-reached'
  code: ErrorCode | null = null
  request: readonly Change[] = []
  response: readonly Change[] = []
  readonly #run: Middleware

  constructor(run: Middleware) {
    this.#run = run
  }

  readonly middleware: Middleware = async (ctx, next) => {
    const before = partsOfRequest(ctx.outgoing)
    let passedOn = false
    let given = partsOfResponse(undefined)
    let fromInside: unknown
    const goOn = async (): Promise<void> => {
      const again = passedOn
      if (!again) this.#passes(ctx, before)
      passedOn = true
      try {
        await next()
      } catch (error) {
        // A second call is the fault of this one.
        if (!again) fromInside = error
        throw error
      }
      given = partsOfResponse(ctx.response)
    }
    this.decision = 'failed'
    try {
      await this.#run(ctx, goOn)
    } catch (error) {
      if (error === fromInside) this.decision = 'passed'
      else this.code = codeOfThrown(error)
      throw error
    }
    if (!passedOn) this.#passes(ctx, before)
    this.#ends(ctx, passedOn)
    this.response = changesBetween(given, partsOfResponse(ctx.response))
  }

  #passes(ctx: Context, before: ReturnType<typeof partsOfRequest>): void {
    this.request = changesBetween(before, partsOfRequest(ctx.outgoing))
  }

  #ends({ response }: Context, passedOn: boolean): void {
    if (passedOn) this.decision = 'passed'
    else if (response) this.decision = 'answered'
    else this.code = 'internal'
  }
}
