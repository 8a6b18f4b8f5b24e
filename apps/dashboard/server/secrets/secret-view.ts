import type { Kind } from '@switchyard/core/schema/fields'

/** A stored secret, as far as anybody may see it: its value is for nodes alone. */
export interface SecretView {
  name: string
  /** When the value was set; ISO 8601. */
  updatedAt: string
  /** An email address, `token NAME`, or `console`. */
  updatedBy: string
  /** What refers to it, in the draft or in what serves. */
  usedBy: { kind: Kind; id: string }[]
}
