import type { Kind } from '@switchyard/core/schema/fields'
import { certificateTable } from './certificate-table.ts'
import { listenerTable } from './listener-table.ts'
import { middlewareTable } from './middleware-table.ts'
import { routeTable } from './route-table.ts'
import type { Table } from './table.ts'
import { upstreamTable } from './upstream-table.ts'

/** Where the draft keeps each kind. */
export const tables: { readonly [K in Kind]: Table<K> } = {
  listeners: listenerTable,
  upstreams: upstreamTable,
  routes: routeTable,
  middleware: middlewareTable,
  certificates: certificateTable,
}

/** The same by a kind known only at run time. The cast says that the entry of `kind` is the table of `kind`. */
export const tableOf = <K extends Kind>(kind: K): Table<K> => tables[kind] as unknown as Table<K>
