import { HeaderList } from '@switchyard/core/http/header-list'
import { role, rolesOf } from './field-names.ts'

export const closeOption = 1
export const keepAliveOption = 2
export const upgradeOption = 4
/** A name beside those above, which may take a field away. */
export const namesFields = 8

/** What a `Connection` field says, as a sum of the above; empty elements of the list are passed over. */
export function connectionOptions(value: string): number {
  if (value === 'keep-alive' || value === 'Keep-Alive') return keepAliveOption
  if (value === 'close') return closeOption
  let options = 0
  for (const name of namesOf(value)) {
    if (name === 'close') options |= closeOption
    else if (name === 'keep-alive') options |= keepAliveOption
    else if (name === 'upgrade') options |= upgradeOption
    else if (name !== '') options |= namesFields
  }
  return options
}

/** The fields without those that a `Connection` field takes away (RFC 9110, 7.6.1); guarded ones stay. */
export function withoutNominated(headers: HeaderList, connection: string): HeaderList {
  const names = new Set(namesOf(connection))
  const kept = new HeaderList()
  for (let i = 0; i < headers.size; i++) {
    const name = headers.nameAt(i)
    if (names.has(name.lower) && (rolesOf(name.lower) & role.guarded) === 0) continue
    kept.appendNamed(name, headers.valueAt(i))
  }
  return kept
}

/** In lower case. Only space and tab count as white space: for others, such as U+00A0, readers differ. */
function namesOf(value: string): string[] {
  return value.split(',').map((part) => {
    let from = 0
    let to = part.length
    while (from < to && isBlank(part.charCodeAt(from))) from++
    while (from < to && isBlank(part.charCodeAt(to - 1))) to--
    return part.slice(from, to).toLowerCase()
  })
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
