import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { readDocument } from '../document/read-document.ts'
import { refused } from '../failure.ts'

export const validate = defineCommand({
  name: 'validate',
  summary: 'say everything that is wrong with a document',
  arguments: ['FILE|FOLDER|-'],
  options: {},
  details: 'Changes nothing. Problems stand on standard error as FILE:LINE: PATH: MESSAGE.',
  example: 'switchyard validate gateway.yaml',
  async run(world, { positionals: [path = ''], url }) {
    const { client } = await connect(world, url)
    const { text, format, place } = await readDocument(world, path)
    const { problems } = await client.config.validate.query({ text, format })
    const name = path === '-' ? 'The document' : path
    if (problems.length > 0) throw refused('invalid', `${name} is not valid.`, problems.map(place))
    return { value: { valid: true, problems: [] }, lines: [`${name} is valid.`] }
  },
})
