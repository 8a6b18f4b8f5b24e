import { publishDraft } from '../revisions/publish.ts'
import { rollBack } from '../revisions/roll-back.ts'
import { startForTest } from './start.ts'

/**
 * A program for tests: changes what serves in the database of HOME, and kills itself before the statement NUMBER of
 * that change. Ends with 0 when the change has fewer.
 */
const [home = '', action, number] = process.argv.slice(2)
let statements = Number.NEGATIVE_INFINITY

const { services, close } = await startForTest(
  {},
  {
    home,
    onStatement() {
      if (++statements === Number(number)) process.kill(process.pid, 'SIGKILL')
    },
  },
)
const caller = { kind: 'token', id: 'test', name: 'test', role: 'admin' } as const
const { etag } = await services.drafts.read()
statements = 0
if (action === 'publish') await publishDraft(services, caller, { etag })
else await rollBack(services, caller, { number: 1 })
statements = Number.NEGATIVE_INFINITY
await close()
