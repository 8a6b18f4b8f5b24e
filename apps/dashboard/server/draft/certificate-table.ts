import type { Certificate } from '../generated/client.ts'
import type { Written } from '../resources/resource-view.ts'
import { fromSpec, toSpec } from './spec.ts'
import { inChunks, type Row, type Table } from './table.ts'

export const certificateTable: Table<'certificates'> = {
  list: async (tx) => (await tx.certificate.findMany({ orderBy: { position: 'asc' } })).map(toRow),

  find: async (tx, id) => {
    const stored = await tx.certificate.findUnique({ where: { id } })
    return stored ? toRow(stored) : undefined
  },

  insert: (tx, rows) => inChunks(rows, (chunk) => tx.certificate.createMany({ data: chunk.map(toColumns) })),
  update: async (tx, row) => {
    await tx.certificate.update({ where: { id: row.id }, data: toColumns(row) })
  },
  move: async (tx, id, position) => {
    await tx.certificate.update({ where: { id }, data: { position } })
  },
  remove: (tx, ids) => inChunks(ids, (chunk) => tx.certificate.deleteMany({ where: { id: { in: chunk } } })),
}

function toColumns({ value, ...row }: Row<'certificates'>) {
  const { id: _, ...spec } = value
  return { ...row, spec: toSpec(spec) }
}

function toRow({ spec, ...row }: Certificate): Row<'certificates'> {
  return { ...row, value: { id: row.id, ...fromSpec<Omit<Written<'certificates'>, 'id'>>(spec) } }
}
