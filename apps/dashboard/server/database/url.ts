import { isAbsolute, join, resolve } from 'node:path'

/** Where the database is: the absolute path of a SQLite file. Throws a sentence for what this build cannot open. */
export function databaseFile(url: string | undefined, home: string): string {
  if (url === undefined || url === '') return join(resolve(home), 'switchyard.db')
  if (/^postgres(?:ql)?:/.test(url)) {
    throw new Error('DATABASE_URL names a PostgreSQL database, which this build does not support yet. Use file:/path.')
  }
  if (!url.startsWith('file:')) throw new Error('DATABASE_URL must begin with file: and name a file, as file:/path.')
  const path = url.slice('file:'.length).replace(/^\/\/(?=\/)/, '')
  if (path === '') throw new Error('DATABASE_URL must name a file, as file:/path.')
  return isAbsolute(path) ? path : resolve(path)
}
