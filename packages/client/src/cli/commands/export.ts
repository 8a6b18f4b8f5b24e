import { writeFile } from 'node:fs/promises'
import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { refused, wrongUsage } from '../failure.ts'

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write the draft as a document',
  arguments: [],
  options: {
    format: { value: 'yaml|json', help: 'How it is written (yaml, or what the name of FILE says)' },
    output: { value: 'FILE', short: 'o', help: 'Where to (standard output)' },
  },
  details: 'Defaults are left out. Secrets stand in a document by name only.',
  example: 'switchyard export -o gateway.yaml',
  async run(world, { options: { format: asked, output }, url }) {
    const format = asked ?? (output?.endsWith('.json') ? 'json' : 'yaml')
    if (format !== 'yaml' && format !== 'json') throw wrongUsage('--format is yaml or json.')
    const { client } = await connect(world, url)
    const { text } = await client.config.export.query({ format })
    if (output === undefined) return { value: { format, text }, lines: [], text }
    await writeFile(output, text).catch((error: NodeJS.ErrnoException) => {
      throw refused('unwritable', `${output} cannot be written (${error.code}).`)
    })
    return { value: { format, file: output }, lines: [`The draft is in ${output}.`] }
  },
})
