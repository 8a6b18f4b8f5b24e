import type { HeaderList } from '@switchyard/core/http/header-list'
import { parseHost } from '@switchyard/core/http/host'
import { defineMiddleware } from '@switchyard/core/middleware/contract'
import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { checkFieldNames, fieldName, fieldRecord } from './field-schema.ts'

const edits = (message: 'request' | 'response') =>
  z.strictObject({
    set: fieldRecord({ title: 'Set', description: `The ${message} has these headers with exactly these values.` }),
    add: fieldRecord({ title: 'Add', description: 'These are put beside what is there under the same name.' }),
    remove: z
      .array(fieldName().register(fields, { title: 'Header', description: 'The name of a header.' }))
      .max(100)
      .default([])
      .register(fields, { title: 'Remove', description: `The ${message} goes on without these headers.` }),
  })

type Edits = z.output<ReturnType<typeof edits>>

export const headers = defineMiddleware({
  type: 'headers',
  title: 'Headers',
  description: 'Removes, sets and adds headers of the request and of the response, in this order.',
  options: {
    request: edits('request').prefault({}).register(fields, {
      title: 'Request',
      description: 'What targets get. A host that is set here goes before the host policy of the upstream.',
    }),
    response: edits('response')
      .prefault({})
      .register(fields, { title: 'Response', description: 'What clients get, whoever answered.' }),
  },
  create: ({ request, response }) => {
    const host = Object.entries(request.set).find(([name]) => isHost(name))?.[1]
    const editRequest = compileEdits(request)
    const editResponse = compileEdits(response)

    return function headers(ctx, next) {
      if (host !== undefined) ctx.outgoing.host = host
      editRequest?.(ctx.outgoing.headers)
      const answered = next()
      if (!editResponse) return answered
      const wayOut = () => {
        if (ctx.response) editResponse(ctx.response.headers)
      }
      return answered ? answered.then(wayOut) : wayOut()
    }
  },
  check: ({ request, response }) => [
    ...checkHost(request),
    ...checkNames('request', request),
    ...checkNames('response', response),
  ],
})

const isHost = (name: string) => name.toLowerCase() === 'host'

/** One function that makes all the edits; undefined when there is nothing to edit. */
function compileEdits({ remove, set, add }: Edits): ((headers: HeaderList) => void) | undefined {
  const removed = remove.map((name) => name.toLowerCase())
  const replaced = Object.entries(set).filter(([name]) => !isHost(name))
  const added = Object.entries(add)
  if (removed.length + replaced.length + added.length === 0) return undefined
  return (headers) => {
    for (const name of removed) headers.delete(name)
    for (const [name, value] of replaced) headers.set(name, value)
    for (const [name, value] of added) headers.append(name, value)
  }
}

function checkNames(message: 'request' | 'response', { set, add, remove }: Edits) {
  return [
    ...checkFieldNames(Object.keys(set)).map(({ name, message: text }) => ({
      path: [message, 'set', name],
      message: text,
    })),
    ...checkFieldNames(Object.keys(add)).map(({ name, message: text }) => ({
      path: [message, 'add', name],
      message: text,
    })),
    ...checkFieldNames(remove).map(({ index, message: text }) => ({ path: [message, 'remove', index], message: text })),
  ]
}

/** A request has one Host: it can be set, but there is neither a second one nor none. */
function checkHost({ set, add, remove }: Edits) {
  return [
    ...Object.entries(set)
      .filter(([name, value]) => isHost(name) && parseHost(value) === undefined)
      .map(([name]) => ({ path: ['request', 'set', name], message: 'write a host, perhaps with a port' })),
    ...Object.keys(add)
      .filter(isHost)
      .map((name) => ({ path: ['request', 'add', name], message: 'a request has one host; set it instead' })),
    ...remove.flatMap((name, index) =>
      isHost(name) ? [{ path: ['request', 'remove', index], message: 'a request has one host; set it instead' }] : [],
    ),
  ]
}
