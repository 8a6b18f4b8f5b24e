import { type Locale, localeCookie } from './locale.ts'

/**
 * Remembers the language for a year, for the server to render in. Set as a property by name: the `cookieStore` that
 * replaces `document.cookie` exists on https only.
 */
export function rememberLocale(locale: Locale): void {
  Reflect.set(document, 'cookie', `${localeCookie}=${locale}; path=/; max-age=31536000; samesite=lax`)
}
