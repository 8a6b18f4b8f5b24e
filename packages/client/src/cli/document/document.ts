import type { Format } from '@switchyard/core/config/text'
import type { Problem } from '@switchyard/core/errors'
import type { FileProblem } from '../failure.ts'

/** A document to send, whatever it was put together from. */
export interface Document {
  text: string
  format: Format
  /** Where a problem of the text lies for those who wrote it. */
  place(problem: Problem): FileProblem
}

/** A file of a document. */
export interface SourceFile {
  /** As people call it. */
  name: string
  text: string
  format: Format
}

/** A document that is one file. What has no line is not about the text. */
export const documentOfFile = ({ name, text, format }: SourceFile): Document => ({
  text,
  format,
  place: (problem) => (problem.line === undefined ? problem : { ...problem, file: name }),
})
