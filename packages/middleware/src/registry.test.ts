import { compose } from '@switchyard/core/middleware/compose'
import type { Context, Middleware, MiddlewareDefinition } from '@switchyard/core/middleware/contract'
import { describe as describeSchema } from '@switchyard/core/schema/describe'
import { fields } from '@switchyard/core/schema/fields'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { middleware } from './registry.ts'
import { answerWith, createContext } from './testing/context.ts'
import { middlewareOf } from './testing/middleware-of.ts'
import { samples } from './testing/samples.ts'

const definitions: readonly MiddlewareDefinition[] = middleware

test('every type is there once, in kebab-case', () => {
  const types = definitions.map(({ type }) => type)
  expect(new Set(types).size).toBe(types.length)
  for (const type of types) expect(type).toMatch(/^[a-z]+(?:-[a-z]+)*$/)
})

describe.each(definitions)('$type', (definition) => {
  const cases = (samples as Record<string, Record<string, unknown>[]>)[definition.type] ?? []
  const createAll = (): Middleware[] => cases.map((options) => middlewareOf(definition, options))
  const context = (signal?: AbortSignal): Context =>
    createContext({
      method: 'POST',
      path: '/api/items/42',
      query: 'a=1&a=%20',
      headers: { Cookie: 'a=b', Accept: '*/*', 'X-Odd': '' },
      ...(signal && { signal }),
    })

  test('every field has words', () => {
    const { title, description } = definition
    expect(describeSchema(z.strictObject(definition.options).register(fields, { title, description })).kind).toBe(
      'group',
    )
  })

  test('its schema holds no transforms', () => {
    for (const io of ['input', 'output'] as const) {
      expect(() => z.toJSONSchema(z.strictObject(definition.options), { io })).not.toThrow()
    }
  })

  test('there are samples to test it with', () => {
    expect(cases.length).toBeGreaterThan(0)
  })

  test('next is called at most once, and not at all only by one that answers', async () => {
    for (const made of createAll()) {
      const ctx = context()
      let calls = 0
      await compose([made], () => {
        calls += 1
        answerWith(ctx)
      })(ctx)
      expect(calls).toBeLessThanOrEqual(1)
      if (calls === 0) expect(definition.answers).toBe(true)
      expect(ctx.response).toBeDefined()
    }
  })

  test('an error of forwarding passes through, thrown or rejected', async () => {
    const error = new Error('no target')
    for (const made of createAll()) {
      for (const forward of [() => Promise.reject(error), thrower(error)]) {
        const ctx = context()
        const caught = await Promise.resolve()
          .then(() => compose([made], forward)(ctx))
          .catch((cause: unknown) => cause)
        if (caught !== undefined) expect(caught).toBe(error)
        else expect(ctx.response, 'answered by itself').toBeDefined()
      }
    }
  })

  test('what was received stays as it was', async () => {
    for (const made of createAll()) {
      const ctx = context()
      const before = photograph(ctx)
      await compose([made], () => answerWith(ctx))(ctx)
      expect(photograph(ctx)).toEqual(before)
    }
  })

  test('it works when the client has gone', async () => {
    const gone = new DOMException('The client has gone.', 'AbortError')
    for (const made of createAll()) {
      const ctx = context(AbortSignal.abort(gone))
      const caught = await Promise.resolve()
        .then(() => compose([made], () => Promise.reject(gone))(ctx))
        .catch((cause: unknown) => cause)
      expect([undefined, gone]).toContain(caught)
      // Forwarding may also end without an answer.
      await compose([made], async () => undefined)(context(AbortSignal.abort(gone)))
    }
  })

  test('requests do not see each other', async () => {
    for (const made of createAll()) {
      const answers = await Promise.all(
        [1, 2].map(async () => {
          const ctx = context()
          await compose([made], async () => answerWith(ctx, 200, { Server: 'x' }))(ctx)
          ctx.response?.headers.append('x-mine', '1')
          return {
            outgoing: { ...ctx.outgoing, headers: ctx.outgoing.headers.toRaw() },
            response: ctx.response?.headers.toRaw(),
          }
        }),
      )
      expect(answers[1]).toEqual(answers[0])
    }
  })

  test('nothing it writes has a control byte', async () => {
    for (const made of createAll()) {
      const ctx = context()
      await compose([made], () => answerWith(ctx))(ctx)
      const written = [...ctx.outgoing.headers.toRaw(), ...(ctx.response?.headers.toRaw() ?? []), ctx.outgoing.path]
      for (const text of written) expect(text).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/)
    }
  })
})

const thrower = (error: Error) => () => {
  throw error
}

function photograph({ received }: Context) {
  const { headers, header: _header, ...rest } = received
  const written: string[] = []
  headers.forEach((_name, value, spelled) => {
    written.push(spelled, value)
  })
  return { ...rest, written }
}
