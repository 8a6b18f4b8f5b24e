/**
 * Control characters (C0, DEL, C1), line separators, and those that change the direction of text: what a name or a
 * sentence of a server could move the cursor with, or hide something behind (CVE-2021-42574).
 */
const unsafe = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** One line of text that does nothing to a terminal but stand there. */
export const plainLine = (text: string): string =>
  text.replace(unsafe, (character) => (/[\t\r\n\u2028\u2029]/.test(character) ? ' ' : ''))

/** Text of several lines, likewise. */
export const plainText = (text: string): string => text.split('\n').map(plainLine).join('\n')

/** JSON for people and scripts: what a terminal would act on is escaped, so that it means the same. */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(unsafe, (character) =>
    character === '\n' ? '\n' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
