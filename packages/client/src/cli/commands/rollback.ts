import { connect } from '../access/connect.ts'
import { orNotFound } from '../api-failure.ts'
import { readInteger } from '../arguments.ts'
import { defineCommand } from '../command.ts'
import { readWait, seeItServe, waitOption } from '../convergence/see-it-serve.ts'
import { Failure } from '../failure.ts'

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'publish the content of an earlier revision again',
  arguments: ['NUMBER'],
  options: {
    message: { value: 'TEXT', short: 'm', help: 'A note to the revision' },
    wait: waitOption,
    confirm: { help: 'Also when more than half of the routes, or the last listener, would go' },
  },
  details:
    'It is a new revision with the old content and hash. The draft becomes that content too: what waits in it is lost.',
  example: 'switchyard rollback 41 --wait',
  async run(world, { options, positionals: [given = ''], url }) {
    const number = readInteger('NUMBER', given.replace(/^r/, ''), 1, Number.MAX_SAFE_INTEGER)
    const seconds = readWait(options.wait)
    const session = await connect(world, url)
    const { message, confirm } = options
    const rolledBack = session.client.revisions.rollback.mutate({ number, message, confirm })
    const made = await orNotFound(rolledBack, `There is no revision ${number}.`).catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'nothing_to_publish') return undefined
      throw error
    })
    if (made === undefined) {
      const [head] = await session.client.revisions.list.query({ limit: 1 })
      const serves = head?.number ?? number
      const lines = [`Nothing to do: r${serves} is the newest, and has the content of r${number}.`]
      return seeItServe(world, session, serves, seconds, { value: { revision: null, rollbackOf: number }, lines })
    }
    return seeItServe(world, session, made.number, seconds, {
      value: { revision: made.number, rollbackOf: number },
      lines: [`r${made.number} is published, with the content of r${number}.`],
    })
  },
})
