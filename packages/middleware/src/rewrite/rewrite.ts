import { SwitchyardError } from '@switchyard/core/errors'
import { canonicalPath } from '@switchyard/core/http/canonical-path'
import { configuredPath } from '@switchyard/core/http/comparable-path'
import { defineMiddleware } from '@switchyard/core/middleware/contract'
import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { checkReplace, compileReplace } from './replace-matches.ts'
import { compileStripPrefix } from './strip-prefix.ts'

const path = () => z.string().max(2048).regex(/^\//, 'begin with /')

export const rewrite = defineMiddleware({
  type: 'rewrite',
  title: 'Rewrite',
  description: 'Changes the path that targets get. The query is kept. Exactly one of the ways is set.',
  options: {
    stripPrefix: path().optional().register(fields, {
      title: 'Strip prefix',
      description: 'Takes this off the front of the path, at a segment boundary.',
      example: '/api',
    }),
    addPrefix: path()
      .optional()
      .register(fields, { title: 'Add prefix', description: 'Puts this before the path.', example: '/v2' }),
    path: path()
      .optional()
      .register(fields, { title: 'Path', description: 'Sends this path instead.', example: '/index.html' }),
    regex: z
      .strictObject({
        pattern: z.string().min(1).max(2048).register(fields, {
          title: 'Pattern',
          description: 'An RE2 expression; every match of it in the path is replaced.',
          example: '^/users/([0-9]+)',
        }),
        replacement: z.string().max(2048).register(fields, {
          title: 'Replacement',
          description:
            'What stands there instead. $1 is the first group of the pattern; a name goes in braces after the $; $$ is a dollar sign.',
          example: '/people/$1',
        }),
      })
      .optional()
      .register(fields, { title: 'Replace', description: 'Replaces what an expression matches.' }),
  },
  create: (options) => {
    const rewritePath = compile(options)
    return function rewrite(ctx, next) {
      // `OPTIONS *` has no path to rewrite.
      if (ctx.outgoing.path !== '*') ctx.outgoing.path = safe(rewritePath(ctx.outgoing.path))
      return next()
    }
  },
  check: (options) => {
    const { stripPrefix, addPrefix, path, regex } = options
    const ways = [stripPrefix, addPrefix, path, regex].filter((way) => way !== undefined)
    if (ways.length !== 1) return [{ path: [], message: 'set exactly one of stripPrefix, addPrefix, path, regex' }]
    if (stripPrefix !== undefined && configuredPath(stripPrefix) === undefined) {
      return [{ path: ['stripPrefix'], message: 'no path of a request can begin with this' }]
    }
    for (const [field, value] of Object.entries({ addPrefix, path })) {
      if (value === undefined || canonicalPath(value) === value) continue
      return [
        {
          path: [field],
          message: 'write a path as it is sent: no dot segments, no //, other characters percent-encoded',
        },
      ]
    }
    return regex ? checkReplace(regex).map(({ field, message }) => ({ path: ['regex', field], message })) : []
  },
})

interface Ways {
  readonly stripPrefix?: string | undefined
  readonly addPrefix?: string | undefined
  readonly path?: string | undefined
  readonly regex?: { readonly pattern: string; readonly replacement: string } | undefined
}

function compile({ stripPrefix, addPrefix, path, regex }: Ways): (path: string) => string {
  if (stripPrefix !== undefined) return compileStripPrefix(stripPrefix)
  if (addPrefix !== undefined) {
    const prefix = addPrefix.replace(/\/$/, '')
    return (rest) => prefix + rest
  }
  if (path !== undefined) return () => path
  if (regex !== undefined) return compileReplace(regex)
  return (path) => path
}

/**
 * A path is canonical again after rewriting, or the request is refused. Slashes that met are merged; a dot segment that
 * came about (`/files$1` of `/../etc`, `/a$1` of `./x`) is refused, since a client chose it and it would leave the
 * folder that the configuration names.
 */
function safe(path: string): string {
  const merged = path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
  if (canonicalPath(merged) !== merged) throw new SwitchyardError('bad_request')
  return merged
}
