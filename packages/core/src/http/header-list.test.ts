import { expect, test } from 'vitest'
import { HeaderList, headerName } from './header-list.ts'

test('fields keep their order and spelling, and are found by their name in lower case', () => {
  const list = HeaderList.fromRaw(['X-A', '1', 'Cookie', 'a=b', 'x-a', '2', 'cookie', 'c=d'])
  expect(list.size).toBe(4)
  expect(list.get('x-a')).toBe('1, 2')
  expect(list.get('cookie')).toBe('a=b; c=d')
  expect(list.get('X-A')).toBeUndefined()
  expect(list.getAll('x-a')).toEqual(['1', '2'])
  expect(list.has('cookie')).toBe(true)
  expect(list.toRaw()).toEqual(['X-A', '1', 'Cookie', 'a=b', 'x-a', '2', 'cookie', 'c=d'])
})

test('a field that is set stands for all of its name, behind the others', () => {
  const list = HeaderList.fromRaw(['A', '1', 'B', '2', 'a', '3'])
  list.set('A', '4')
  expect(list.toRaw()).toEqual(['B', '2', 'A', '4'])
  list.delete('b')
  expect(list.toRaw()).toEqual(['A', '4'])
  list.delete('c')
  expect(list.size).toBe(1)
})

test('only what was there when it was vouched for is vouched for', () => {
  const list = HeaderList.fromRaw(['A', '1', 'B', '2', 'C', '3'])
  expect(list.vouched).toBe(0)
  list.vouch()
  expect(list.vouched).toBe(3)
  list.append('D', '4')
  expect(list.vouched).toBe(3)
  list.set('B', '5')
  expect(list.toRaw()).toEqual(['A', '1', 'C', '3', 'D', '4', 'B', '5'])
  expect(list.vouched).toBe(2)
  list.delete('d')
  expect(list.vouched).toBe(2)
  const copy = list.clone()
  copy.delete('a')
  expect([copy.vouched, list.vouched]).toEqual([1, 2])
  expect(copy.toRaw()).toEqual(['C', '3', 'B', '5'])
})

test('a name at hand is the one in the list', () => {
  const list = new HeaderList()
  const name = headerName('X-Name')
  list.appendNamed(name, '1')
  expect(list.nameAt(0)).toBe(name)
  expect(list.valueAt(0)).toBe('1')
  expect(name).toEqual({ lower: 'x-name', spelled: 'X-Name', lead: '\r\nX-Name: ' })
})
