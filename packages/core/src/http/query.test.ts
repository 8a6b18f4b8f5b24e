import { expect, test } from 'vitest'
import { parseQuery } from './query.ts'

test('parameters keep their order, and their values under one name', () => {
  expect([...parseQuery('b=1&a=2&b=3')]).toEqual([
    ['b', ['1', '3']],
    ['a', ['2']],
  ])
})

test('names and values are decoded; a plus is a plus', () => {
  expect(parseQuery('na%20me=caf%C3%A9+x').get('na me')).toEqual(['café+x'])
})

test('what does not decode stays as written', () => {
  expect(parseQuery('a=%zz&b=%ff').get('a')).toEqual(['%zz'])
  expect(parseQuery('a=%zz&b=%ff').get('b')).toEqual(['%ff'])
})

test('a name alone has an empty value, a value may hold equals signs, and nothing is no parameter', () => {
  expect([...parseQuery('&a&&b==1=&')]).toEqual([
    ['a', ['']],
    ['b', ['=1=']],
  ])
  expect(parseQuery('').size).toBe(0)
})

test('names of object members are names like any other', () => {
  expect(parseQuery('__proto__=1').get('__proto__')).toEqual(['1'])
})
