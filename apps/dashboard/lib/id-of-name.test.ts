import { expect, test } from 'vitest'
import { idOfName } from './id-of-name.ts'

test.each([
  ['shop.example.com', 'shop-example-com'],
  ['*.Shop.example.com', 'shop-example-com'],
  ['10.0.0.7', '10-0-0-7'],
  ['Example Ltd.', 'example-ltd'],
  ['', ''],
  ['日本', ''],
])('the id for %s is %s', (name, id) => {
  expect(idOfName(name)).toBe(id)
})

test('a long name gives an id of at most 63 characters that ends in none of the dashes', () => {
  const id = idOfName(`${'a'.repeat(62)}.example.com`)
  expect(id).toBe('a'.repeat(62))
})
