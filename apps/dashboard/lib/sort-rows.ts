/** A column to sort by: `name` upwards, `-name` downwards, empty as it comes. */
export interface Sorting {
  column: string
  direction: 'up' | 'down'
}

export function readSorting(text: string): Sorting | undefined {
  if (text === '' || text === '-') return undefined
  return text.startsWith('-') ? { column: text.slice(1), direction: 'down' } : { column: text, direction: 'up' }
}

/** What a click on the head of a column leads to: upwards, then downwards, then as it comes. */
export function nextSorting(now: Sorting | undefined, column: string): string {
  if (now?.column !== column) return column
  return now.direction === 'up' ? `-${column}` : ''
}

/** Sorted by what `value` says, numbers as numbers, `a2` before `a10`; what is the same stays in its order. */
export function sortRows<Row>(
  rows: readonly Row[],
  direction: Sorting['direction'],
  value: (row: Row) => string | number,
): Row[] {
  const sign = direction === 'up' ? 1 : -1
  const compare = (a: string | number, b: string | number) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true })
  return rows
    .map((row) => ({ row, by: value(row) }))
    .sort((a, b) => sign * compare(a.by, b.by))
    .map(({ row }) => row)
}
