import { expect, test } from 'vitest'
import { lockFileProblems } from './lock-file.mjs'

const lock = (packages: object) => JSON.stringify({ packages })

test('a lock file that names versions only is in order', () => {
  expect(lockFileProblems(lock({ '': {}, 'node_modules/a': { version: '1.0.0' } }))).toEqual([])
})

test('an address of a registry is a problem', () => {
  const packages = { 'node_modules/a': { resolved: 'https://registry.example/a.tgz' } }
  expect(lockFileProblems(lock(packages))).toEqual([expect.stringContaining('registry.example')])
})
