import type { Config } from '@switchyard/core/config/model'
import { type Parsed, parseConfig, parseResource } from '@switchyard/core/config/parse'
import type { Kind } from '@switchyard/core/schema/fields'
import { model } from '@switchyard/middleware/model'
import type { Database, Transaction } from '../database/open.ts'
import type { Written } from '../resources/resource-view.ts'
import { readDraftEtag } from './draft-etag.ts'
import type { Row } from './table.ts'
import { tables } from './tables.ts'

/** The document as operators write it. */
export interface DraftDocument {
  switchyard: 1
  listeners: Written<'listeners'>[]
  upstreams: Written<'upstreams'>[]
  routes: Written<'routes'>[]
  middleware: Written<'middleware'>[]
  certificates: Written<'certificates'>[]
}

export type DraftRows = { readonly [K in Kind]: readonly Row<K>[] }

/** The draft at one moment. Nobody changes it. */
export interface Draft {
  readonly etag: string
  readonly rows: DraftRows
  readonly document: DraftDocument
  /** With every default filled in, or what is wrong with it. */
  readonly parsed: Parsed<Config>
  /** The same; of a draft that is not valid, every resource that is right by itself. */
  readonly config: Config
}

/** Reads the draft, from memory while its etag stays. */
export interface DraftReader {
  /** Inside a transaction, ask before its first change: what is remembered must be what was committed. */
  read(tx?: Transaction): Promise<Draft>
}

export function createDraftReader(db: Database): DraftReader {
  let latest: Draft | undefined

  const readIn = async (tx: Transaction): Promise<Draft> => {
    const etag = await readDraftEtag(tx)
    if (latest?.etag === etag) return latest
    latest = draftOf(etag, await readRows(tx))
    return latest
  }

  return { read: (tx) => (tx ? readIn(tx) : db.$transaction(readIn)) }
}

async function readRows(tx: Transaction): Promise<DraftRows> {
  return {
    listeners: await tables.listeners.list(tx),
    upstreams: await tables.upstreams.list(tx),
    routes: await tables.routes.list(tx),
    middleware: await tables.middleware.list(tx),
    certificates: await tables.certificates.list(tx),
  }
}

function draftOf(etag: string, rows: DraftRows): Draft {
  const document: DraftDocument = {
    switchyard: 1,
    listeners: rows.listeners.map(({ value }) => value),
    upstreams: rows.upstreams.map(({ value }) => value),
    routes: rows.routes.map(({ value }) => value),
    middleware: rows.middleware.map(({ value }) => value),
    certificates: rows.certificates.map(({ value }) => value),
  }
  const parsed = parseConfig(model, document)
  return { etag, rows, document, parsed, config: parsed.ok ? parsed.value : rightByItself(document) }
}

/** A draft becomes invalid when a newer version of this program asks for more than the one that stored it. */
function rightByItself(document: DraftDocument): Config {
  const right = <K extends Kind>(kind: K): Config[K] =>
    // The cast says that a list of a kind's resources is that kind's list.
    document[kind].flatMap((value: unknown) => {
      const parsed = parseResource(model, kind, value)
      return parsed.ok ? [parsed.value] : []
    }) as Config[K]
  return {
    switchyard: 1,
    listeners: right('listeners'),
    upstreams: right('upstreams'),
    routes: right('routes'),
    middleware: right('middleware'),
    certificates: right('certificates'),
  }
}
