import { SwitchyardError } from '@switchyard/core/errors'
import { HeaderList } from '@switchyard/core/http/header-list'
import { type Context, defineMiddleware } from '@switchyard/core/middleware/contract'
import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { checkLocation, compileLocation } from './location.ts'

/** Clients take no longer header than this, in characters. */
const longest = 16_384

export const redirect = defineMiddleware({
  type: 'redirect',
  title: 'Redirect',
  description: 'Sends the client to another address. Exactly one of the ways is set.',
  answers: true,
  options: {
    to: z
      .string()
      .min(1)
      .max(2048)
      .regex(/^[\w\-.~:/?#[\]@!$&'()*+,;=%{}]+$/, 'write a URL or a path; other characters percent-encoded')
      .optional()
      .register(fields, {
        title: 'To',
        description: 'A URL or a path. {path}, {query} and {host} stand for those of the request.',
        example: 'https://new.example.com{path}?{query}',
      }),
    scheme: z.enum(['http', 'https']).optional().register(fields, {
      title: 'Scheme',
      description: 'The same address by this scheme, on its usual port. Requests that have it already pass.',
    }),
    status: z.literal([301, 302, 303, 307, 308]).default(302).register(fields, {
      title: 'Status',
      description: '301 and 308 are remembered by clients; 307 and 308 keep the method.',
    }),
  },
  create: ({ to, scheme, status }) => {
    const locate = compileLocation(to ?? `${scheme}://{host}{path}?{query}`)
    const needsHost = to === undefined || to.includes('{host}')
    return function redirect(ctx, next) {
      if (to === undefined && ctx.received.scheme === scheme) return next()
      // HTTP/1.0 may come without a host; `https:///evil.example` would be another site.
      if (needsHost && ctx.received.host === '') throw new SwitchyardError('bad_request')
      const headers = new HeaderList()
      headers.append('location', locationFor(ctx, locate))
      ctx.response = { status, headers, body: undefined }
    }
  },
  check: ({ to, scheme }) => {
    if ((to === undefined) === (scheme === undefined)) return [{ path: [], message: 'set exactly one of to, scheme' }]
    return checkLocation(to ?? '/').map((message) => ({ path: ['to'], message }))
  },
})

/** Path and query are the outgoing ones, so that a rewrite before the redirect counts. */
function locationFor(ctx: Context, locate: ReturnType<typeof compileLocation>): string {
  const { path, query } = ctx.outgoing
  const location = locate({ path: path === '*' ? '/' : path, query, host: ctx.received.host })
  if (location.length > longest) throw new SwitchyardError('uri_too_long')
  return location
}
