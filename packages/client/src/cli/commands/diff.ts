import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { describePreview, previewApply } from '../document/preview.ts'
import { readDocument } from '../document/read-document.ts'
import { exitCodes } from '../exit-codes.ts'

export const diff = defineCommand({
  name: 'diff',
  summary: 'say what applying a document would change',
  arguments: ['FILE|FOLDER|-'],
  options: { prune: { help: 'Count what the document does not name as removed, as apply --prune does' } },
  details: 'Changes nothing. The exit code is 0 when nothing would change and 2 when something would.',
  example: 'switchyard diff --prune gateway/',
  async run(world, { options: { prune }, positionals: [path = ''], url }) {
    const session = await connect(world, url)
    const preview = await previewApply(session, await readDocument(world, path), prune)
    const differs = preview.changes.length > 0 || preview.unpublished.length > 0
    return {
      value: { differs, ...preview },
      lines: await describePreview(preview),
      exitCode: differs ? exitCodes.differences : exitCodes.ok,
    }
  },
})
