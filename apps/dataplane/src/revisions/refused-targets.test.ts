import { parseConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { expect, test } from 'vitest'
import { createAddressPolicy } from '../traffic/address-policy.ts'
import { findRefusedTargets } from './refused-targets.ts'

const own = [{ address: '127.0.0.1', port: 9901 }]

function refused(urls: readonly string[], allow: readonly string[] = []): string[] {
  const targets = urls.map((url, i) => ({ id: `t${i}`, url }))
  const parsed = parseConfig(model, { switchyard: 1, upstreams: [{ id: 'shop', targets }] })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  const at = findRefusedTargets(parsed.value, createAddressPolicy({ allow, own })).map(({ path }) => path)
  return urls.filter((_, i) => at.includes(`upstreams[0].targets[${i}].url`))
}

test('addresses at which clouds serve credentials, unspecified ones and the own admin address are refused, however written', () => {
  const wrong = [
    'http://169.254.169.254',
    'http://[::ffff:169.254.169.254]/latest',
    'https://[fd00:ec2::254]',
    'http://0.0.0.0:80',
    'http://[::]',
    'http://127.0.0.1:9901',
    'http://[::1]:9901',
  ]
  expect(refused(wrong)).toEqual(wrong)
})

test('other addresses, other ports, names and what the operator allows are not', () => {
  expect(refused(['http://127.0.0.1:9902', 'http://10.0.0.7', 'http://[::1]', 'http://localhost:9901'])).toEqual([])
  expect(refused(['http://169.254.10.1', 'http://169.254.169.254'], ['169.254.10.0/24'])).toEqual([
    'http://169.254.169.254',
  ])
})
