/**
 * How a value says which case of a union it is: by a tag (`type: prefix`), or by the presence of a key that no other
 * case has (`split: […]`).
 */
export type When = {
  readonly key: string
  readonly value?: string
  /** The tag may be left out: then it is this case. */
  readonly byDefault?: true
}

/** Which of these cases a value means, by its tag or by the key it has. Says nothing of whether it is valid. */
export function caseMeant<C extends { readonly when: When }>(cases: readonly C[], value: unknown): C | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const object = value as Record<string, unknown>
  return (
    cases.find(({ when }) => when.value === undefined && Object.hasOwn(object, when.key)) ??
    cases.find(({ when }) => when.value !== undefined && object[when.key] === when.value) ??
    cases.find(({ when }) => when.byDefault && !Object.hasOwn(object, when.key))
  )
}
