import { isObject } from './object-edit.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'

/** An id for the next item of a list: after `api-1` comes `api-2`; else the first letter that is free. */
export function nextId(items: readonly unknown[]): string {
  const ids = items.map((item) => (isObject(item) ? String(item['id'] ?? '') : ''))
  const numbered = /^(.*?)(\d+)$/.exec(ids.at(-1) ?? '')
  if (numbered !== null) {
    const [, stem, digits] = numbered
    let number = Number(digits) + 1
    while (ids.includes(`${stem}${number}`)) number++
    return `${stem}${number}`
  }
  return [...letters].find((letter) => !ids.includes(letter)) ?? ''
}
