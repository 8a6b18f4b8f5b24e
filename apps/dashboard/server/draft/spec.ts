import type { Prisma } from '../generated/client.ts'

/**
 * What goes into a `spec` column: what was written, which has passed the schema and so is plain JSON. `undefined`
 * members are dropped, as JSON does.
 */
export const toSpec = (value: object): Prisma.InputJsonObject =>
  JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject

/**
 * A `spec` column as read. The guarantee is that only `toSpec` writes these columns; publishing and export parse the
 * whole document again, so that damage is found before anything depends on it.
 */
export const fromSpec = <T>(spec: Prisma.JsonValue): T => spec as T

/** A member for a column that is null when the operator did not write it. */
export const written = <Key extends string, T>(key: Key, value: T | null): { [K in Key]?: T } =>
  value === null ? {} : ({ [key]: value } as { [K in Key]?: T })

/** A column that holds a list of sentences. */
export const asSentences = (value: Prisma.JsonValue): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
