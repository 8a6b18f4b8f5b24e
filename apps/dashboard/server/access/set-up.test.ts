import type { Log } from '@switchyard/core/middleware/contract'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
let code: string
let now: number
const user = { email: 'First@Example.com', password: 'a long enough password' }

beforeEach(async () => {
  now = Date.now()
  const log: Log = {
    debug() {},
    warn() {},
    error() {},
    info(entry) {
      if ('setUpCode' in entry) code = String(entry.setUpCode)
    },
  }
  control = await startForTest({ SWITCHYARD_ADMIN_EMAIL: '', SWITCHYARD_ADMIN_PASSWORD: '' }, { log, now: () => now })
})

afterEach(() => control.end())

const setUp = (input: object) => control.call('auth.setUp', input)
const state = async () => (await control.call('auth.state', {})).data

test('while nobody has an account every page leads to the set-up', async () => {
  expect(await state()).toEqual({ setUpRequired: true, user: null })
  for (const path of ['/', '/sign-in', '/upstreams']) {
    const { headers } = await fetch(`${control.url}${path}`, { redirect: 'manual' })
    expect(headers.get('location')).toBe('/set-up')
  }
})

test('the code of the console makes the first administrator, once', async () => {
  expect((await setUp({ ...user, code: 'a guess' })).error?.data).toMatchObject({
    reason: 'forbidden',
    problems: [{ path: 'code' }],
  })
  expect((await setUp({ ...user, code, password: 'short' })).error?.data.problems[0]?.path).toBe('password')
  const made = await setUp({ ...user, code: ` ${code} ` })
  expect(made.data).toMatchObject({ email: 'first@example.com', role: 'admin' })
  expect(made.headers.get('set-cookie')).toContain('switchyard_session=')
  expect(await state()).toEqual({ setUpRequired: false, user: null })
  expect((await setUp({ ...user, code, email: 'second@example.com' })).status).toBe(403)
})

test('two who use the code at once make one administrator', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c'].map((name) => setUp({ ...user, code, email: `${name}@example.com` })),
  )
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(await control.services.db.user.count()).toBe(1)
})

test('the code is worth nothing after a day, and guesses are limited', async () => {
  for (let i = 0; i < 8; i++) expect((await setUp({ ...user, code: `guess ${i}` })).status).toBe(403)
  expect((await setUp({ ...user, code })).status).toBe(429)
  now += 25 * 60 * 60_000
  expect((await setUp({ ...user, code })).status).toBe(403)
})
