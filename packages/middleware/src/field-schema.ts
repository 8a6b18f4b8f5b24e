import { fields } from '@switchyard/core/schema/fields'
import { z } from 'zod'

/** A token of RFC 9110, 5.6.2. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/**
 * Visible characters, with spaces and tabs only between them (RFC 9110, 5.5). No CR, LF, NUL or other control byte, so
 * that a value cannot end its field and begin another. Up to U+00FF, which is what fits in a byte on the wire.
 */
const content = /^(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/

/** A header name, in any case. */
export const fieldName = () => z.string().max(256).regex(token, 'write a header name: letters, digits and dashes')

/** A header value. */
export const fieldValue = () =>
  z
    .string()
    .max(8192)
    .regex(content, 'write a header value: one line, no space around it, other scripts percent-encoded')

/** Headers by name. */
export const fieldRecord = (words: { title: string; description: string }) =>
  z.record(fieldName(), fieldValue()).default({}).register(fields, words)

/**
 * Fields that say how a message is framed or what the connection is for. The node writes them itself (RFC 9110, 7.6.1);
 * set from outside they are how requests get smuggled.
 */
const ownedByNode = new Set([
  'connection',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What is wrong with the names of a map or list of headers: fields of the node's own, and names given twice. */
export function checkFieldNames(names: readonly string[]): { name: string; index: number; message: string }[] {
  const seen = new Set<string>()
  return names.flatMap((name, index) => {
    const lower = name.toLowerCase()
    if (ownedByNode.has(lower)) return { name, index, message: `${lower} is written by the node itself` }
    if (seen.has(lower)) return { name, index, message: `${lower} is here twice; case does not count` }
    seen.add(lower)
    return []
  })
}
