import { HeaderList } from '@switchyard/core/http/header-list'
import { isHopByHop, nominated } from './hop-by-hop.ts'

/** A response may have this many fields; beyond it the answer is 502. */
const responseFields = 100

const valueFault = /[^\t\x20-\x7e\x80-\xff]/
const nameFault = /[^!#$%&'*+.^_`|~0-9A-Za-z-]/

/**
 * The end-to-end fields of a target's response, or what is wrong with its head. Nothing of it is passed on unchecked: the
 * parser before it lets some through that would fail later, where it could not be answered any more.
 *
 * @param raw `[name, value, …]`, as it came
 */
export function readResponseHead(
  status: number,
  reason: string,
  raw: readonly string[],
): HeaderList | { fault: string } {
  if (status < 200 || status > 599) return { fault: `status ${status}` }
  if (valueFault.test(reason)) return { fault: 'control byte in the reason' }
  if (raw.length > responseFields * 2) return { fault: `${raw.length / 2} fields` }

  const headers = new HeaderList()
  let connection: string | undefined
  let lengths = 0
  let encodings = 0
  for (let i = 0; i < raw.length; i += 2) {
    // Names and values come in pairs.
    const spelled = raw[i] as string
    const value = raw[i + 1] as string
    if (spelled === '' || nameFault.test(spelled)) return { fault: 'name of a field' }
    if (valueFault.test(value)) return { fault: 'control byte in a value' }
    const name = spelled.toLowerCase()
    if (name === 'connection') connection = connection === undefined ? value : `${connection}, ${value}`
    else if (name === 'content-length') {
      lengths++
      if (!/^[0-9]{1,16}$/.test(value)) return { fault: 'content-length' }
    } else if (name === 'transfer-encoding') {
      encodings++
      if (value.toLowerCase() !== 'chunked') return { fault: 'transfer-encoding' }
    }
    if (isHopByHop(name)) continue
    // RFC 9110, 8.6: there is no length where there is no content.
    if (status === 204 && name === 'content-length') continue
    headers.append(spelled, value)
  }
  if (lengths > 1 || encodings > 1 || lengths + encodings > 1) return { fault: 'framing' }
  const dropped = nominated(connection)
  if (dropped) for (const name of dropped) headers.delete(name)
  return headers
}
