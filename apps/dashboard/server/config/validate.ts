import { parseText } from '@switchyard/core/config/text'
import type { Problem } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'

/** Everything that is wrong with a document, each at its path and line. */
export function validateConfig({ text, format }: { text: string; format: 'yaml' | 'json' }): { problems: Problem[] } {
  const parsed = parseText(model, text, format)
  return { problems: parsed.ok ? [] : parsed.problems }
}
