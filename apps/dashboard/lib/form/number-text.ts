import type { NumberField } from '@switchyard/core/schema/describe'
import type { Draft } from './object-edit.ts'

/** What was typed into a number field: a number when it is one, absent when it is empty, else the text itself, to be kept. */
export function readNumberText(text: string, field: Pick<NumberField, 'integer' | 'optional'>): Draft {
  const trimmed = text.trim()
  if (trimmed === '') return field.optional ? undefined : ''
  const shape = field.integer ? /^-?\d{1,16}$/ : /^-?\d{1,16}(?:\.\d{1,12})?$/
  // Only what is written back the same: "007" and "1." are still being typed.
  return shape.test(trimmed) && String(Number(trimmed)) === trimmed ? Number(trimmed) : text
}

/** A number that was typed in another form than it is written in, such as "1.0" or "007", once the field is left. */
export function settleNumber(value: Draft, field: Pick<NumberField, 'integer'>): Draft {
  if (typeof value !== 'string') return value
  const shape = field.integer ? /^-?\d{1,15}$/ : /^-?\d{1,15}(?:\.\d{0,12})?$/
  return shape.test(value.trim()) ? Number(value) : value
}

/**
 * The next value for an arrow key: from what stands there, or from the default, kept within the bounds. A number that
 * need not be whole moves by tenths.
 */
export function stepNumber(
  value: Draft,
  by: number,
  {
    min = Number.NEGATIVE_INFINITY,
    max = Number.POSITIVE_INFINITY,
    ...field
  }: Pick<NumberField, 'integer' | 'min' | 'max' | 'default'>,
): number {
  const from = typeof value === 'number' ? value : typeof field.default === 'number' ? field.default : 0
  const next = field.integer ? from + by : Math.round((from + by / 10) * 1e9) / 1e9
  return Math.min(Math.max(next, min), max)
}

/** Why a number is wrong, as far as the field alone can say. */
export function numberProblem(
  value: Draft,
  field: Pick<NumberField, 'min' | 'max'>,
): { word: 'notANumber' | 'between' | 'atLeast' | 'atMost'; min: number; max: number } | undefined {
  if (value === undefined || value === '') return undefined
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = field
  if (typeof value !== 'number') return { word: 'notANumber', min, max }
  if (value >= min && value <= max) return undefined
  if (Number.isFinite(min) && Number.isFinite(max)) return { word: 'between', min, max }
  return { word: value < min ? 'atLeast' : 'atMost', min, max }
}
