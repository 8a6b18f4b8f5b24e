import type { MiddlewareDefinition } from '@switchyard/core/middleware/contract'
import type { z } from 'zod'
import type { middleware } from '../registry.ts'

type Options<D> =
  D extends MiddlewareDefinition<infer Type, infer Shape> ? [Type, z.input<z.ZodObject<Shape>>[]] : never
type Samples = { [Entry in Options<(typeof middleware)[number]> as Entry[0]]: Entry[1] }

/** Options of every middleware for the contract tests; the compiler asks for those of a new one. */
export const samples: Samples = {
  headers: [
    {},
    {
      request: {
        set: { 'X-Via': 'switchyard', Host: 'app.internal' },
        add: { accept: 'text/html' },
        remove: ['cookie'],
      },
    },
    { response: { set: { 'Strict-Transport-Security': 'max-age=60' }, remove: ['Server'] } },
  ],
  rewrite: [
    { stripPrefix: '/api' },
    { addPrefix: '/v2' },
    { path: '/index.html' },
    { regex: { pattern: '^/api/(.*)', replacement: '/$1' } },
  ],
  redirect: [{ to: 'https://new.example.com{path}?{query}', status: 308 }, { scheme: 'https' }],
  respond: [{}, { status: 404, headers: { 'cache-control': 'no-store' }, body: 'Not here.' }],
}
