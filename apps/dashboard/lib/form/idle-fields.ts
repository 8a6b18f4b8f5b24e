import type { Kind } from '@switchyard/core/schema/fields'
import type { DraftObject } from './object-edit.ts'

/** The fields of a resource that mean nothing as it stands, and are not set: a form may leave them out. */
export const idleFields = (kind: Kind, value: DraftObject): string[] =>
  kind === 'listeners' && value['protocol'] !== 'https' && value['tls'] === undefined ? ['tls'] : []
