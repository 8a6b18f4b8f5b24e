/** The languages of the interface. */
export const locales = ['en', 'zh'] as const
export type Locale = (typeof locales)[number]

export const localeCookie = 'switchyard-locale'

const known = (value: string): Locale | undefined => locales.find((locale) => locale === value)

/** The chosen language, or the first one of the browser's (an `Accept-Language` value) that we speak, or English. */
export function pickLocale(chosen: string | undefined, acceptLanguage: string): Locale {
  const wanted = acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const quality = parameters.map((p) => /^\s*q=([0-9.]+)$/.exec(p)?.[1]).find((q) => q !== undefined)
      return { language: tag.toLowerCase().split('-')[0] ?? '', quality: quality === undefined ? 1 : Number(quality) }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  const first = wanted.map(({ language }) => known(language)).find((locale) => locale !== undefined)
  return known(chosen ?? '') ?? first ?? 'en'
}
