import type { Transaction } from '../database/open.ts'
import type { Prisma } from '../generated/client.ts'
import type { Written } from '../resources/resource-view.ts'
import { fromSpec, toSpec, written } from './spec.ts'
import { inChunks, type Row, type Table } from './table.ts'

type Route = Written<'routes'>
type Use = NonNullable<Route['middleware']>[number]
type Stored = Prisma.RouteGetPayload<{ include: { upstreams: true; middleware: true } }>

/** What is in no column. `middleware` holds those written out in the route; references are rows with their place. */
type RouteSpec = Omit<Route, 'id' | 'enabled' | 'priority' | 'forward' | 'middleware'> & {
  middleware?: Exclude<Use, { ref: string }>[]
}

const order = { orderBy: { position: 'asc' } } as const
const include = { upstreams: order, middleware: order } as const

export const routeTable: Table<'routes'> = {
  list: async (tx) => {
    // Each relation in one query: `include` would ask with one parameter per route.
    const routes = await tx.route.findMany(order)
    const upstreams = groupByRoute(await tx.routeUpstream.findMany(order))
    const middleware = groupByRoute(await tx.routeMiddleware.findMany(order))
    return routes.map((route) =>
      toRow({ ...route, upstreams: upstreams.get(route.id) ?? [], middleware: middleware.get(route.id) ?? [] }),
    )
  },

  find: async (tx, id) => {
    const stored = await tx.route.findUnique({ where: { id }, include })
    return stored ? toRow(stored) : undefined
  },

  insert: async (tx, rows) => {
    await inChunks(rows, (chunk) => tx.route.createMany({ data: chunk.map(toColumns) }))
    await insertRelations(tx, rows)
  },
  update: async (tx, row) => {
    await tx.route.update({ where: { id: row.id }, data: toColumns(row) })
    await tx.routeUpstream.deleteMany({ where: { routeId: row.id } })
    await tx.routeMiddleware.deleteMany({ where: { routeId: row.id } })
    await insertRelations(tx, [row])
  },
  move: async (tx, id, position) => {
    await tx.route.update({ where: { id }, data: { position } })
  },
  remove: (tx, ids) => inChunks(ids, (chunk) => tx.route.deleteMany({ where: { id: { in: chunk } } })),
}

function groupByRoute<T extends { routeId: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(row.routeId)
    if (group) group.push(row)
    else groups.set(row.routeId, [row])
  }
  return groups
}

async function insertRelations(tx: Transaction, rows: readonly Row<'routes'>[]): Promise<void> {
  await inChunks(rows.flatMap(toUpstreams), (chunk) => tx.routeUpstream.createMany({ data: chunk }))
  await inChunks(rows.flatMap(toReferences), (chunk) => tx.routeMiddleware.createMany({ data: chunk }))
}

function toColumns({ value, ...row }: Row<'routes'>) {
  const { id: _, enabled, priority, forward, middleware, ...spec } = value
  const inline = middleware?.filter((use) => !('ref' in use))
  return {
    ...row,
    enabled: enabled ?? null,
    priority: priority ?? null,
    forward: forward === undefined ? null : 'split' in forward ? 'split' : 'upstream',
    spec: toSpec({ ...spec, ...(inline && { middleware: inline }) }),
  }
}

function toUpstreams({ id: routeId, value: { forward } }: Row<'routes'>) {
  if (forward === undefined) return []
  const parts: { upstream: string; weight?: number | undefined }[] = 'split' in forward ? forward.split : [forward]
  return parts.map(({ upstream, weight }, position) => ({
    routeId,
    position,
    upstreamId: upstream,
    weight: weight ?? null,
  }))
}

function toReferences({ id: routeId, value }: Row<'routes'>) {
  return (value.middleware ?? []).flatMap((use, position) =>
    'ref' in use ? [{ routeId, position, middlewareId: use.ref }] : [],
  )
}

function toRow({ enabled, priority, forward, spec, upstreams, middleware, ...row }: Stored): Row<'routes'> {
  const { middleware: inline, ...rest } = fromSpec<RouteSpec>(spec)
  const value: Route = {
    id: row.id,
    ...rest,
    ...written('enabled', enabled),
    ...written('priority', priority),
    ...(inline && { middleware: weave(inline, middleware) }),
    ...(forward !== null && { forward: toForward(forward, upstreams) }),
  }
  return { ...row, value }
}

/** Puts the references back at their places among the middleware written out. */
function weave(inline: readonly Use[], references: Stored['middleware']): Use[] {
  const uses = [...inline]
  for (const { position, middlewareId } of references) uses.splice(position, 0, { ref: middlewareId })
  return uses
}

function toForward(forward: string, upstreams: Stored['upstreams']): NonNullable<Route['forward']> {
  const [first] = upstreams
  if (forward === 'upstream' && first) return { upstream: first.upstreamId }
  return { split: upstreams.map(({ upstreamId, weight }) => ({ upstream: upstreamId, ...written('weight', weight) })) }
}
