import { plainLine } from './plain-text.ts'

export interface Column {
  title: string
  /** Figures stand at the right. */
  align?: 'right'
}

/** Lines of columns, two spaces apart, with their titles above. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(plainLine))]
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ''))))
  return cells.map((row) =>
    columns
      .map(({ align }, index) => {
        const text = row[index] ?? ''
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(text))
        return align === 'right' ? space + text : text + space
      })
      .join('  ')
      .trimEnd(),
  )
}

/** Code points; wide ones are taken for one, which only ids and messages of people could have. */
const widthOf = (text: string): number => [...text].length
