import { type Kind, singular } from '../schema/fields.ts'
import type { Detail } from './diff.ts'

/** One detail of a resource as an English sentence. */
export function describeDetail(kind: Kind, id: string, detail: Detail): string {
  const { subject, place } = nameDetail(kind, id, detail)
  // A target, or a thing with a name, is said by it; what it consists of would be too much.
  const named = detail.path.endsWith(`[${detail.labels.at(-1)}]`)
  return `${subject}: ${[place, happened(detail, named)].filter((part) => part !== '').join(' ')}${shareOf(detail)}`
}

/** A target is a thing of its own to people; all else is a place in its resource. */
function nameDetail(kind: Kind, id: string, { path, labels }: Detail): { subject: string; place: string } {
  const target = kind === 'upstreams' && path.startsWith('targets[') ? labels[1] : undefined
  if (target === undefined) return { subject: `${singular[kind]} ${id}`, place: labels.join(' › ') }
  return { subject: `target ${target} of ${id}`, place: labels.slice(2).join(' › ').toLowerCase() }
}

function happened({ action, before, after, unit, labels }: Detail, named: boolean): string {
  if (labels.at(-1) === 'Order') return 'changed'
  if (named && action !== 'changed') return action
  if (action === 'added') return `${formatValue(after, unit)} added`
  if (action === 'removed') return `${formatValue(before, unit)} removed`
  const [then, now] = [formatValue(before, unit), formatValue(after, unit)]
  // Texts too long to show differ somewhere beyond what is shown.
  return then === now ? 'changed' : `${then} → ${now}`
}

const shareOf = ({ share }: Detail) =>
  share === undefined ? '' : ` (share ${formatShare(share.before)} → ${formatShare(share.after)})`

export function formatShare(share: number): string {
  const percent = Math.round(share * 100)
  return percent === 0 && share > 0 ? 'below 1 %' : `${percent} %`
}

const longest = 80

function formatValue(value: unknown, unit: Detail['unit']): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return formatNumber(value, unit)
  if (typeof value === 'string' && value.includes('-----BEGIN ')) return 'PEM text'
  if (typeof value === 'string')
    return value === '' || /\s/.test(value) ? shorten(JSON.stringify(value)) : shorten(value)
  return shorten(formatObject(value))
}

/** A value with a tag, such as a strategy, by its tag; one of a single text, such as `{ file: PATH }`, as `file PATH`. */
function formatObject(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  const [only, ...others] = Object.entries(value)
  if (others.length === 0 && only !== undefined && typeof only[1] === 'string' && only[0] !== 'type') {
    return `${only[0]} ${formatValue(only[1], undefined)}`
  }
  if (!('type' in value)) return JSON.stringify(value)
  const { type, ...rest } = value
  return Object.keys(rest).length === 0 ? String(type) : `${type} ${JSON.stringify(rest)}`
}

const shorten = (text: string) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)

function formatNumber(value: number, unit: Detail['unit']): string {
  if (unit === 'ms') return value >= 1000 && value % 100 === 0 ? `${value / 1000} s` : `${value} ms`
  if (unit === 'percent') return `${value} %`
  if (unit !== 'bytes') return String(value)
  if (value >= 1_048_576 && value % 1_048_576 === 0) return `${value / 1_048_576} MiB`
  return value >= 1024 && value % 1024 === 0 ? `${value / 1024} KiB` : `${value} bytes`
}
