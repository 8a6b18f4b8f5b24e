import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { notAsked, readWait, seeItServe, waitOption } from '../convergence/see-it-serve.ts'
import { describeChanges } from '../describe-changes.ts'

export const publish = defineCommand({
  name: 'publish',
  summary: 'make a revision of the draft',
  arguments: [],
  options: {
    message: { value: 'TEXT', short: 'm', help: 'A note to the revision' },
    wait: waitOption,
    confirm: { help: 'Also when more than half of the routes, or the last listener, would go' },
  },
  details: 'What is published is what it says: when the draft changes meanwhile, nothing is published (exit code 3).',
  example: 'switchyard publish --message "move a third of shop to b" --wait',
  async run(world, { options, url }) {
    const seconds = readWait(options.wait)
    const session = await connect(world, url)
    const { client } = session
    const { draft, head } = await client.revisions.status.query()
    const { etag, changes, sentences } = draft
    if (changes.length === 0) {
      const value = { revision: null, changes, sentences }
      if (head === null) return { value: { ...value, ...notAsked }, lines: ['Nothing to publish: the draft is empty.'] }
      const lines = [`Nothing to publish: the draft does not differ from r${head.number}.`]
      return seeItServe(world, session, head.number, seconds, { value, lines })
    }
    const { message, confirm } = options
    const { number } = await client.revisions.publish.mutate({ etag, message, confirm })
    return seeItServe(world, session, number, seconds, {
      value: { revision: number, changes, sentences },
      lines: [`r${number} is published.`, ...(await describeChanges(changes))],
    })
  },
})
