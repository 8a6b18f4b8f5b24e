import { HeaderList } from '@switchyard/core/http/header-list'
import { role, rolesOf } from './field-names.ts'

export const closeOption = 1
export const keepAliveOption = 2
export const upgradeOption = 4
/** A name beside those above, which may take a field away. */
export const namesFields = 8

/** What a `Connection` field says, as a sum of the above. Elements of the list are looked at as they are, empty ones passed over. */
export function connectionOptions(value: string): number {
  if (value === 'keep-alive') return keepAliveOption
  if (value === 'close') return closeOption
  let options = 0
  for (const part of value.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === 'close') options |= closeOption
    else if (name === 'keep-alive') options |= keepAliveOption
    else if (name === 'upgrade') options |= upgradeOption
    else if (name !== '') options |= namesFields
  }
  return options
}

/** The fields without those that a `Connection` field takes away (RFC 9110, 7.6.1); guarded ones stay. */
export function withoutNominated(headers: HeaderList, connection: string): HeaderList {
  const names = new Set<string>()
  for (const part of connection.split(',')) names.add(part.trim().toLowerCase())
  const kept = new HeaderList()
  for (let i = 0; i < headers.size; i++) {
    const name = headers.nameAt(i)
    if (names.has(name.lower) && (rolesOf(name.lower) & role.guarded) === 0) continue
    kept.appendNamed(name, headers.valueAt(i))
  }
  return kept
}
