import type { Config } from '@switchyard/core/config/model'
import { parseText } from '@switchyard/core/config/text'
import { SwitchyardError } from '@switchyard/core/errors'
import { model } from '@switchyard/middleware/model'

export interface DocumentText {
  text: string
  format: 'yaml' | 'json'
}

/** The configuration that a document means. Throws `invalid` with every problem at its path and line. */
export function readText({ text, format }: DocumentText): Config {
  const parsed = parseText(model, text, format)
  if (!parsed.ok) throw new SwitchyardError('invalid', { problems: parsed.problems })
  return parsed.value
}
