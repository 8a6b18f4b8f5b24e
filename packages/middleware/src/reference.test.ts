import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { referencePage } from '@switchyard/core/config/reference-page'
import { expect, test } from 'vitest'
import { model } from './model.ts'

const file = fileURLToPath(new URL('../../../docs/reference/configuration.md', import.meta.url))

test('the reference page says what the schema says; UPDATE_REFERENCE=1 writes it anew', () => {
  const page = referencePage(model)
  if (process.env['UPDATE_REFERENCE'] === '1') {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, page)
  }
  expect(readFileSync(file, 'utf8')).toBe(page)
})
