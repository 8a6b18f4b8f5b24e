import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import en from './en.json' with { type: 'json' }
import zh from './zh.json' with { type: 'json' }

type Messages = { [key: string]: string | Messages }

/** Every message by its whole key: `publish.title`. */
function flatten(messages: Messages, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(messages).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  )
}

/** The arguments that a message takes, sorted. Throws when the message is not well formed. */
function argumentsOf(message: string, locale: string): string[] {
  const found = new Set<string>()
  const walk = (parts: readonly object[]): void => {
    for (const part of parts as { type: number; value?: string; options?: Record<string, { value: object[] }> }[]) {
      // 0 is literal text and 7 the # of a plural; all others name an argument.
      if (part.type !== 0 && part.type !== 7 && part.value !== undefined) found.add(part.value)
      for (const option of Object.values(part.options ?? {})) walk(option.value)
    }
  }
  walk(new IntlMessageFormat(message, locale).getAst())
  return [...found].sort()
}

const english = flatten(en)
const chinese = flatten(zh)

test('both languages have the same keys', () => {
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
})

test('every message takes the same arguments in both languages', () => {
  const differing = [...english].filter(
    ([key, message]) =>
      JSON.stringify(argumentsOf(message, 'en')) !== JSON.stringify(argumentsOf(chinese.get(key) ?? '', 'zh')),
  )
  expect(differing.map(([key]) => key)).toEqual([])
})

test('no message says what the house does not say', () => {
  const forbidden = /\b(?:submit|successfully|oops|please|click here|server side|backend|service|endpoint|rule)\b/i
  expect([...english].filter(([, message]) => forbidden.test(message)).map(([key]) => key)).toEqual([])
})

// That no page asks for a message that is not there, the compiler proves: see `types.d.ts`.
test('the pages use every message', () => {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const used = ['app', 'components', 'lib'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .flatMap((name) => keysIn(readFileSync(join(root, folder, name), 'utf8'))),
  )
  /** What a page puts into `${…}` may be anything. */
  const pattern = (key: string) =>
    new RegExp(
      `^${key
        .split(/\$\{[^}]*\}/)
        .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'))
        .join('.+')}$`,
    )
  const patterns = [...new Set(used)].map(pattern)
  expect([...english.keys()].filter((key) => !patterns.some((one) => one.test(key)))).toEqual([])
})

/** A key of which nothing is known. */
const anyKey = '$' + '{key}'

/**
 * The keys that a file asks for, each with the namespace of its translator: `const t = useTranslations('publish')`,
 * then `t('title')`. A key that is computed counts as any key of its namespace; where a file has two translators of the
 * same name, a call counts for both.
 */
function keysIn(text: string): string[] {
  const keys: string[] = []
  const translators = new Map<string, Set<string>>()
  for (const [, name = '', namespace = ''] of text.matchAll(/const (\w+) = useTranslations\('([\w.]+)'\)/g)) {
    translators.set(name, (translators.get(name) ?? new Set()).add(namespace))
  }
  for (const [name, namespaces] of translators) {
    for (const { index, 0: call } of text.matchAll(new RegExp(`(?<![\\w.])${name}(?:\\.rich)?\\(`, 'g'))) {
      const argument = text.slice(index + call.length)
      const literals = [...firstArgument(argument).matchAll(/'([\w.-]+)'|`([^`]+)`/g)].map(([, a, b]) => a ?? b ?? '')
      for (const key of literals.length > 0 ? literals : [anyKey]) {
        keys.push(...[...namespaces].map((namespace) => `${namespace}.${key}`))
      }
    }
  }
  return keys
}

/** Up to the comma that ends it. */
function firstArgument(text: string): string {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text.charAt(i)
    if ('([{'.includes(letter)) depth += 1
    if (')]}'.includes(letter)) depth -= 1
    if (depth < 0 || (depth === 0 && letter === ',')) return text.slice(0, i)
  }
  return text
}
