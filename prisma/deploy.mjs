import { migrate } from '../apps/dashboard/dist/server/database/migrate.js'
import { databaseFile } from '../apps/dashboard/dist/server/database/url.js'

/** Brings the database of DATABASE_URL, or of SWITCHYARD_HOME, to the newest schema. Needs `npm run build` before. */
try {
  const file = databaseFile(process.env.DATABASE_URL, process.env.SWITCHYARD_HOME ?? '.switchyard')
  const applied = migrate(file)
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
