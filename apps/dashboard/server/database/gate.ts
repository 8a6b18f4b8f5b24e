import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils'

/** What the adapter keeps of better-sqlite3, and what of it we use. */
interface SqliteClient {
  pragma(text: string): unknown
  prepare(sql: string): unknown
}

/** The adapter of `@prisma/adapter-better-sqlite3`, whose `client` is not part of its declared type. */
interface SqliteAdapter extends SqlDriverAdapter {
  readonly client: SqliteClient
}

/**
 * Makes transactions of `@prisma/adapter-better-sqlite3` safe. There is one connection, so without this a call from
 * outside an open transaction joins it: it reads what may never be committed, and its own write is lost on rollback.
 * And a transaction that begins by reading fails when another process writes before it does.
 *
 * - Journal in WAL mode, so that readers in other processes do not wait.
 * - `BEGIN IMMEDIATE` takes the write lock at once.
 * - Transactions queue; calls outside of one wait until none is open.
 *
 * The price: inside `$transaction(async (tx) => …)` only `tx` may be used; the outer client would wait for itself.
 * `onStatement` hears every statement before it runs, those that begin and end transactions among them.
 *
 * It leans on the adapter's inside (`client`), so its version is pinned, and `gate.test.ts` says when it changes.
 */
export function gated(
  factory: SqlMigrationAwareDriverAdapterFactory,
  onStatement: (sql: string) => void,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connectToShadowDb: () => factory.connectToShadowDb(),
    connect: async () => gate((await factory.connect()) as SqliteAdapter, onStatement),
  }
}

function gate(adapter: SqliteAdapter, onStatement: (sql: string) => void): SqlDriverAdapter {
  const { client } = adapter
  client.pragma('journal_mode = WAL')
  client.pragma('synchronous = NORMAL')
  client.pragma('foreign_keys = ON')
  const prepare = client.prepare.bind(client)
  client.prepare = (sql) => {
    onStatement(sql)
    return prepare(sql === 'BEGIN' ? 'BEGIN IMMEDIATE' : sql)
  }

  /** Resolved when no transaction is open. */
  let open: Promise<void> = Promise.resolve()

  const closed = async () => {
    let seen: Promise<void> | undefined
    while (seen !== open) {
      seen = open
      await seen
    }
  }

  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    dispose: () => adapter.dispose(),
    ...(adapter.getConnectionInfo && { getConnectionInfo: adapter.getConnectionInfo.bind(adapter) }),
    queryRaw: (query) => closed().then(() => adapter.queryRaw(query)),
    executeRaw: (query) => closed().then(() => adapter.executeRaw(query)),
    executeScript: (script) => closed().then(() => adapter.executeScript(script)),

    async startTransaction(isolationLevel) {
      let done = () => {}
      const previous = open
      open = new Promise((resolve) => {
        done = resolve
      })
      await previous
      try {
        return endingWith(await adapter.startTransaction(isolationLevel), done)
      } catch (error) {
        done()
        throw error
      }
    },
  }
}

function endingWith(transaction: Transaction, done: () => void): Transaction {
  const commit = transaction.commit.bind(transaction)
  const rollback = transaction.rollback.bind(transaction)
  transaction.commit = () => commit().finally(done)
  transaction.rollback = () => rollback().finally(done)
  return transaction
}
