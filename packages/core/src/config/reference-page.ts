import type { When } from '../schema/case-meant.ts'
import { describe, type Field, type VariantCase, type VariantsField } from '../schema/describe.ts'
import { type Kind, kinds, singular } from '../schema/fields.ts'
import { sameJson } from '../schema/same-json.ts'
import type { Model } from './model.ts'

/** The configuration reference as Markdown: every field with its words, default and limits, from the schema alone. */
export function referencePage(model: Model): string {
  const page = new Page()
  page.lines.push('# Configuration reference', '', ...introduction)
  for (const kind of kinds) page.writeKind(kind, describe(model.kinds[kind]))
  return `${page.lines.join('\n')}\n`
}

const introduction = [
  'Written from the schema: `UPDATE_REFERENCE=1 npx vitest run --project unit packages/middleware/src/reference.test.ts`.',
  '',
  'A document, YAML or JSON, begins with `switchyard: 1`; then come lists of resources:',
  `${kinds.map((kind) => `[\`${kind}\`](#${kind})`).join(', ')}. Durations are whole numbers whose names end in \`Ms\`,`,
  'sizes end in `Bytes`. Unknown fields are refused. Ids are slugs, unique within their kind. YAML is 1.2: `yes` and `no`',
  'are text; tags, and keys that stand twice, are refused.',
]

/** A union of objects and where it is told about. */
interface Union {
  readonly place: string
  readonly field: VariantsField
}

class Page {
  readonly lines: string[] = []
  /** Places of unions by what they consist of: each is told about once. */
  readonly #told = new Map<string, string>()
  #later: Union[] = []

  writeKind(kind: Kind, field: Field): void {
    this.lines.push('', `## ${kind}`, '', field.description)
    if (field.kind === 'group') this.#writeFields(field.fields, `${kind}[]`)
    if (field.kind === 'variants') this.#writeUnion({ place: `${kind}[]`, field })
    for (let union = this.#later.shift(); union !== undefined; union = this.#later.shift()) {
      this.lines.push('', `### \`${union.place}\``, '', union.field.description)
      this.#writeUnion(union)
    }
  }

  /** A table of fields, groups inside them laid flat. */
  #writeFields(fields: Record<string, Field>, place: string): void {
    this.lines.push('', '| Field | Value | Default | |', '|---|---|---|---|')
    for (const { name, field } of flatten(fields)) {
      const words = cell(field.description)
      this.lines.push(`| \`${name}\` | ${this.#valueOf(field, `${place}.${name}`)} | ${defaultOf(field)} | ${words} |`)
    }
  }

  /** What all cases have, then a table of the cases with what each has besides. */
  #writeUnion({ place, field: { cases } }: Union): void {
    const common = commonFields(cases)
    if (Object.keys(common).length > 0) this.#writeFields(common, place)
    this.lines.push('', '| Where | Is | With |', '|---|---|---|')
    for (const { when, description, fields } of cases) {
      const own = Object.fromEntries(Object.entries(fields).filter(([key]) => common[key] === undefined))
      const told = flatten(own).map(({ name, field }) => {
        const fallback = defaultOf(field).replace(/^`/, 'default `')
        const about = [this.#valueOf(field, `${place}.${name}`), fallback].filter((part) => part !== '').join('; ')
        return `\`${name}\` (${about}): ${cell(field.description)}`
      })
      this.lines.push(`| ${whenOf(when)} | ${cell(description)} | ${told.join('<br>')} |`)
    }
  }

  #valueOf(field: Field, place: string): string {
    switch (field.kind) {
      case 'text':
        return field.example === undefined ? 'text' : `text such as \`${cell(field.example)}\``
      case 'number':
        return `${field.integer ? 'whole number' : 'number'}${rangeOf(field.min, field.max)}${unitOf(field.unit)}`
      case 'switch':
        return '`true` or `false`'
      case 'choice':
        return field.options.map((option) => `\`${option}\``).join(', ')
      case 'list':
        return `list of: ${this.#valueOf(field.item, `${place}[]`)}`
      case 'map':
        return `map to ${this.#valueOf(field.value, `${place}.*`)}`
      case 'group':
        return 'object'
      case 'either':
        return `${this.#valueOf(field.plain, place)}, or an object`
      case 'variants':
        return this.#pointTo({ place, field })
      case 'ref':
        return `id of ${/^[aeiou]/.test(singular[field.to]) ? 'an' : 'a'} ${singular[field.to]}`
    }
  }

  #pointTo(union: Union): string {
    const { cases } = union.field
    const content = JSON.stringify(cases)
    const told = this.#told.get(content)
    if (told !== undefined) return `as \`${told}\``
    this.#told.set(content, union.place)
    this.#later.push(union)
    return `one of: ${cases.map(({ when }) => whenOf(when)).join(', ')}`
  }
}

function flatten(fields: Record<string, Field>, prefix = ''): { name: string; field: Field }[] {
  return Object.entries(fields).flatMap(([key, field]) => {
    const name = `${prefix}${key}`
    const [inner, path] = field.kind === 'list' ? [field.item, `${name}[]`] : [field, name]
    const group = inner.kind === 'either' ? inner.object : inner
    return [{ name, field }, ...(group.kind === 'group' ? flatten(group.fields, `${path}.`) : [])]
  })
}

/** The fields that every case has, with the same words. */
function commonFields([first, ...others]: readonly VariantCase[]): Record<string, Field> {
  const isCommon = ([key, field]: [string, Field]) =>
    others.length > 0 && others.every(({ fields }) => sameJson(fields[key], field))
  return Object.fromEntries(Object.entries(first?.fields ?? {}).filter(isCommon))
}

const whenOf = ({ key, value }: When) => (value === undefined ? `\`${key}\`` : `\`${key}: ${value}\``)

const cell = (text: string) => text.replaceAll('|', '\\|')

function defaultOf({ optional, default: value }: Field): string {
  if (value === undefined) return optional ? '' : 'required'
  // The defaults of what is inside stand in the rows below.
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return 'type' in value ? `\`${value['type']}\`` : ''
  return `\`${cell(JSON.stringify(value))}\``
}

function rangeOf(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `, ${min} to ${max}`
  if (min !== undefined) return `, ${min} or more`
  return max === undefined ? '' : `, ${max} or less`
}

const unitNames = { ms: ', milliseconds', bytes: ', bytes', percent: ', percent' }
const unitOf = (unit: keyof typeof unitNames | undefined) => (unit === undefined ? '' : unitNames[unit])
