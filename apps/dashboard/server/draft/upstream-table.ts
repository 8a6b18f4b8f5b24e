import type { Prisma } from '../generated/client.ts'
import type { Written } from '../resources/resource-view.ts'
import { fromSpec, toSpec, written } from './spec.ts'
import { inChunks, type Row, type Table } from './table.ts'

type Upstream = Written<'upstreams'>
type Target = NonNullable<Upstream['targets']>[number]
type Stored = Prisma.UpstreamGetPayload<{ include: { targets: true } }>

/** What is in neither table's columns. `targets` says whether a list was written at all; its items are rows. */
interface UpstreamSpec extends Omit<Upstream, 'id' | 'strategy' | 'targets'> {
  strategy?: object
  targets?: true
}

const include = { targets: { orderBy: { position: 'asc' } } } as const

export const upstreamTable: Table<'upstreams'> = {
  list: async (tx) => {
    // One query for all targets: `include` would ask with one parameter per upstream.
    const upstreams = await tx.upstream.findMany({ orderBy: { position: 'asc' } })
    const targets = await tx.target.findMany({ orderBy: { position: 'asc' } })
    const byUpstream = new Map<string, typeof targets>(upstreams.map(({ id }) => [id, []]))
    for (const target of targets) byUpstream.get(target.upstreamId)?.push(target)
    return upstreams.map((upstream) => toRow({ ...upstream, targets: byUpstream.get(upstream.id) ?? [] }))
  },

  find: async (tx, id) => {
    const stored = await tx.upstream.findUnique({ where: { id }, include })
    return stored ? toRow(stored) : undefined
  },

  insert: async (tx, rows) => {
    await inChunks(rows, (chunk) => tx.upstream.createMany({ data: chunk.map(toColumns) }))
    await inChunks(rows.flatMap(toTargets), (chunk) => tx.target.createMany({ data: chunk }))
  },
  update: async (tx, row) => {
    await tx.upstream.update({ where: { id: row.id }, data: toColumns(row) })
    await tx.target.deleteMany({ where: { upstreamId: row.id } })
    await inChunks(toTargets(row), (chunk) => tx.target.createMany({ data: chunk }))
  },
  move: async (tx, id, position) => {
    await tx.upstream.update({ where: { id }, data: { position } })
  },
  remove: (tx, ids) => inChunks(ids, (chunk) => tx.upstream.deleteMany({ where: { id: { in: chunk } } })),
}

function toColumns({ value, ...row }: Row<'upstreams'>) {
  const { id: _, strategy, targets, ...spec } = value
  const { type = null, ...options } = strategy ?? {}
  const rest = { ...spec, ...(strategy && { strategy: options }), ...(targets && { targets: true }) }
  return { ...row, strategyType: type, spec: toSpec(rest) }
}

function toTargets({ id: upstreamId, value }: Row<'upstreams'>) {
  return (value.targets ?? []).map(({ id, weight, enabled, drain, ...spec }, position) => ({
    upstreamId,
    id,
    position,
    weight: weight ?? null,
    enabled: enabled ?? null,
    drain: drain ?? null,
    spec: toSpec(spec),
  }))
}

function toRow({ strategyType, spec, targets, ...row }: Stored): Row<'upstreams'> {
  const { strategy, targets: hasTargets, ...rest } = fromSpec<UpstreamSpec>(spec)
  const value = {
    id: row.id,
    ...rest,
    // The guarantee: type and options were one valid strategy when they were stored.
    ...(strategyType !== null && { strategy: { type: strategyType, ...strategy } as Upstream['strategy'] }),
    ...(hasTargets && { targets: targets.map(toTarget) }),
  }
  return { ...row, value }
}

function toTarget({ id, weight, enabled, drain, spec }: Stored['targets'][number]): Target {
  return {
    id,
    ...fromSpec<Pick<Target, 'url'>>(spec),
    ...written('weight', weight),
    ...written('enabled', enabled),
    ...written('drain', drain),
  }
}
