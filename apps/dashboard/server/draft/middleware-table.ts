import type { Middleware } from '../generated/client.ts'
import type { Written } from '../resources/resource-view.ts'
import { fromSpec, toSpec } from './spec.ts'
import { inChunks, type Row, type Table } from './table.ts'

export const middlewareTable: Table<'middleware'> = {
  list: async (tx) => (await tx.middleware.findMany({ orderBy: { position: 'asc' } })).map(toRow),

  find: async (tx, id) => {
    const stored = await tx.middleware.findUnique({ where: { id } })
    return stored ? toRow(stored) : undefined
  },

  insert: (tx, rows) => inChunks(rows, (chunk) => tx.middleware.createMany({ data: chunk.map(toColumns) })),
  update: async (tx, row) => {
    await tx.middleware.update({ where: { id: row.id }, data: toColumns(row) })
  },
  move: async (tx, id, position) => {
    await tx.middleware.update({ where: { id }, data: { position } })
  },
  remove: (tx, ids) => inChunks(ids, (chunk) => tx.middleware.deleteMany({ where: { id: { in: chunk } } })),
}

function toColumns({ value, ...row }: Row<'middleware'>) {
  const { id: _, type, ...spec } = value
  return { ...row, type, spec: toSpec(spec) }
}

function toRow({ type, spec, ...row }: Middleware): Row<'middleware'> {
  // The guarantee: type and options were one valid middleware when they were stored.
  return { ...row, value: { id: row.id, type, ...fromSpec<object>(spec) } as Written<'middleware'> }
}
