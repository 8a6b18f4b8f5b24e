import { parseText } from '@switchyard/core/config/text'
import type { Problem } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'
import type { Services } from '../services.ts'
import { certificateProblems } from './certificate-problems.ts'
import type { DocumentText } from './read-text.ts'

/** Everything that is wrong with a document, each at its path and line. */
export async function validateConfig(services: Services, input: DocumentText): Promise<{ problems: Problem[] }> {
  const parsed = parseText(model, input.text, input.format)
  if (!parsed.ok) return { problems: parsed.problems }
  return { problems: await certificateProblems(services, services.db, parsed.value, input) }
}
