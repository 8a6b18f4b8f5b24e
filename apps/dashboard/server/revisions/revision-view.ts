import type { Change } from '@switchyard/core/diff/diff'
import type { Problem } from '@switchyard/core/errors'
import type { NodeView } from '../nodes/node-view.ts'

/** What every published revision says of itself. */
export interface HeadView {
  number: number
  hash: string
  /** ISO 8601. */
  publishedAt: string
  author: string
  message: string
}

export interface RevisionView extends HeadView {
  /** The revision whose content this one took again. */
  rollbackOf: number | null
  /** What changed against the revision before. */
  sentences: string[]
  /** How many nodes said so about this revision. */
  nodes: { applied: number; rejected: number }
}

export interface RevisionDetail extends RevisionView {
  /** YAML, defaults left out. */
  document: string
}

export interface ChangesView {
  changes: Change[]
  sentences: string[]
}

/** The draft against what serves, and who serves it. */
export interface StatusView {
  draft: ChangesView & {
    etag: string
    /** Why it cannot be published as it stands. */
    problems: Problem[]
    /** The number that publishing would give. */
    next: number
  }
  head: HeadView | null
  nodes: NodeView[]
}
