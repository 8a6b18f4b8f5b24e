import type { Locale } from '../lib/locale.ts'
import type en from './en.json'

declare module 'use-intl' {
  interface AppConfig {
    Locale: Locale
    Messages: typeof en
  }
}
