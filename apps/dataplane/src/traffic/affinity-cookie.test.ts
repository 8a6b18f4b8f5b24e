import { describe, expect, test } from 'vitest'
import { findCookie } from './affinity-cookie.ts'

const values = (field: string, name = 'sid'): string[] => {
  const seen: string[] = []
  findCookie(field, name, (value) => void seen.push(value))
  return seen
}

describe('a cookie', () => {
  test.each([
    ['sid=1', ['1']],
    ['a=b; sid=1; c=d', ['1']],
    ['a=b;sid=1', ['1']],
    ['a=b ; \t sid=1 ; c', ['1']],
    ['sid="1"', ['1']],
    ['sid=1; sid=2; sid=', ['1', '2', '']],
    ['sid=a=b', ['a=b']],
    ['xsid=1; sidx=2; x-sid=3; a=sid=4; a sid=5', []],
    ['sid; sid =1; SID=2', []],
    ['sidsid=1; sid=2', ['2']],
    [';;=; =sid=;sid=1;', ['1']],
    ['a="x; sid=1"', ['1"']],
    ['', []],
  ])('in %j is found by its whole name', (field, expected) => {
    expect(values(field)).toEqual(expected)
  })

  test('is not looked for further once one is taken', () => {
    const seen: string[] = []
    const taken = findCookie('sid=1; sid=2; sid=3', 'sid', (value) => {
      seen.push(value)
      return value === '2' ? value : undefined
    })
    expect([taken, seen]).toEqual(['2', ['1', '2']])
  })
})

test('the longest fields are read in linear time', () => {
  const name = 'a'.repeat(200)
  const hostile = [
    'a'.repeat(1_000_000),
    `${name};`.repeat(5000),
    `${name} `.repeat(5000),
    `x${' '.repeat(500_000)}${name}=1`,
    `${name}=1;`.repeat(5000),
    ';'.repeat(1_000_000),
    `${'" '.repeat(250_000)}${name}=`,
  ]
  const begun = performance.now()
  for (const field of hostile) values(field, name)
  expect(performance.now() - begun).toBeLessThan(5000)
})
