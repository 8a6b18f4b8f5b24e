import { expect, test } from 'vitest'
import { note, type Seen, summary } from './summary.mjs'

const settings = {
  home: '/home-of-the-test',
  port: 4000,
  gatewayPort: 8080,
  admin: '127.0.0.1:9901',
  node: 'local',
  demo: true,
  demoPorts: [2003, 2004],
  before: undefined,
}

test('the summary says where everything is and how to sign in the first time', () => {
  const seen: Seen = {}
  note(seen, 'node', { msg: 'ready', listeners: [{ id: 'web', address: '0.0.0.0', port: 8080 }] })
  note(seen, 'control', {
    msg: 'nobody has an account yet',
    setUpUrl: 'http://127.0.0.1:4000/set-up',
    setUpCode: 'code',
  })
  const text = summary(settings, seen)
  for (const part of ['127.0.0.1:4000', 'http://127.0.0.1:8080', '9901', '2003', '/set-up', 'code']) {
    expect(text).toContain(part)
  }
})

test('with an administrator it says where to sign in, and with nothing served it says so', () => {
  const text = summary({ ...settings, demo: false }, {})
  expect(text).toContain('/sign-in')
  expect(text).toContain('nothing is served yet')
  expect(text).not.toContain('2003')
})
