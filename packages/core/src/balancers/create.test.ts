import { expect, expectTypeOf, test } from 'vitest'
import { hashAddress, predictShares } from './create.ts'
import type { HashKeyOptions } from './hash-key.ts'
import type { StrategyConfig } from './union.ts'

test('an address is taken as written: case, brackets, and no port where there is none', () => {
  expect(hashAddress('http://Shop.internal:8080/base')).toEqual({ host: 'Shop.internal', port: '8080' })
  expect(hashAddress('https://shop.internal')).toEqual({ host: 'shop.internal', port: '' })
  expect(hashAddress('http://127.0.0.1/a:1')).toEqual({ host: '127.0.0.1', port: '' })
  expect(hashAddress('http://[::1]:80')).toEqual({ host: '[::1]', port: '80' })
  expect(hashAddress('http://[fe80::1]/')).toEqual({ host: '[fe80::1]', port: '' })
})

test('a target that takes no traffic is predicted none, and the others share what there is', () => {
  const target = (id: string, more: object = {}) => ({ id, url: `http://${id}`, weight: 2, ...more })
  const strategy = { type: 'weighted-round-robin', maxFails: 1 } as const
  const targets = [
    target('a'),
    target('b', { drain: true }),
    target('c', { enabled: false }),
    target('d', { weight: 6 }),
    target('e', { weight: 0 }),
  ]
  expect(predictShares(strategy, targets)).toEqual([0.25, 0, 0, 0.75, 0])
  expect(predictShares(strategy, [target('a', { drain: true })])).toEqual([0])
})

test('the type of a strategy narrows by its tag', () => {
  expectTypeOf<Extract<StrategyConfig, { type: 'weighted-round-robin' }>['maxFails']>().toEqualTypeOf<number>()
  expectTypeOf<Extract<StrategyConfig, { type: 'hash' }>['key']>().toEqualTypeOf<HashKeyOptions>()
  expectTypeOf<Extract<HashKeyOptions, { from: 'header' }>['name']>().toEqualTypeOf<string>()
  expectTypeOf<keyof Extract<StrategyConfig, { type: 'random' }>>().toEqualTypeOf<'type'>()
})
