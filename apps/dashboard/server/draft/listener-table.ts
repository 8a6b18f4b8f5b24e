import type { Listener } from '../generated/client.ts'
import type { Written } from '../resources/resource-view.ts'
import { fromSpec, toSpec } from './spec.ts'
import { inChunks, type Row, type Table } from './table.ts'

export const listenerTable: Table<'listeners'> = {
  list: async (tx) => (await tx.listener.findMany({ orderBy: { position: 'asc' } })).map(toRow),

  find: async (tx, id) => {
    const stored = await tx.listener.findUnique({ where: { id } })
    return stored ? toRow(stored) : undefined
  },

  insert: (tx, rows) => inChunks(rows, (chunk) => tx.listener.createMany({ data: chunk.map(toColumns) })),
  update: async (tx, row) => {
    await tx.listener.update({ where: { id: row.id }, data: toColumns(row) })
  },
  move: async (tx, id, position) => {
    await tx.listener.update({ where: { id }, data: { position } })
  },
  remove: (tx, ids) => inChunks(ids, (chunk) => tx.listener.deleteMany({ where: { id: { in: chunk } } })),
}

function toColumns({ value, ...row }: Row<'listeners'>) {
  const { id: _, ...spec } = value
  return { ...row, spec: toSpec(spec) }
}

function toRow({ spec, ...row }: Listener): Row<'listeners'> {
  return { ...row, value: { id: row.id, ...fromSpec<Omit<Written<'listeners'>, 'id'>>(spec) } }
}
