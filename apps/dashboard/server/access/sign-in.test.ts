import { afterEach, beforeEach, expect, test } from 'vitest'
import { admin, startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
let now: number

beforeEach(async () => {
  now = Date.now()
  control = await startForTest({}, { now: () => now })
})

afterEach(() => control.end())

const minutes = (count: number) => count * 60_000
const state = async (cookie: string) =>
  (await control.call('auth.state', {}, { cookie, 'x-switchyard': '1' })).data as { user: { email: string } | null }
const wrong = { ...admin, password: 'a wrong password' }

test('the answer to a wrong password and to an unknown account is the same', async () => {
  const known = await control.call('auth.signIn', wrong)
  const unknown = await control.call('auth.signIn', { ...wrong, email: 'nobody@example.com' })
  expect(known.status).toBe(401)
  expect(unknown.error).toEqual(known.error)
  expect(known.headers.get('set-cookie')).toBeNull()
})

test('the email address may be typed in capitals', async () => {
  expect((await control.call('auth.signIn', { ...admin, email: ' Admin@Example.COM ' })).status).toBe(200)
})

test('guessing is stopped after eight failures, for accounts that exist and those that do not, and time heals it', async () => {
  for (const email of [admin.email, 'nobody@example.com']) {
    for (let i = 0; i < 8; i++) expect((await control.call('auth.signIn', { ...wrong, email })).status).toBe(401)
    const { status, error } = await control.call('auth.signIn', { ...admin, email })
    expect([status, error?.data.reason]).toEqual([429, 'too_many_attempts'])
  }
  now += minutes(16)
  expect((await control.call('auth.signIn', admin)).status).toBe(200)
})

test('after a hundred failures in a row an account stays shut until it gets a new password', async () => {
  const db = control.services.db
  await db.user.update({ where: { email: admin.email }, data: { failedAttempts: 100 } })
  expect((await control.call('auth.signIn', admin)).status).toBe(401)
  const { id } = await db.user.findUniqueOrThrow({ where: { email: admin.email } })
  await control.client.users.update.mutate({ id, password: 'yet another password' })
  expect((await control.call('auth.signIn', { ...admin, password: 'yet another password' })).status).toBe(200)
})

test('a session ends after half an hour without a request, and after twelve hours in any case', async () => {
  const cookie = await control.signIn()
  now += minutes(29)
  expect((await state(cookie)).user).not.toBeNull()
  now += minutes(31)
  expect((await state(cookie)).user).toBeNull()

  const busy = await control.signIn()
  for (let i = 0; i < 35; i++) {
    now += minutes(20)
    expect((await state(busy)).user).not.toBeNull()
  }
  now += minutes(21)
  expect((await state(busy)).user).toBeNull()
})

test('a stream that merely stays open does not keep a session alive', async () => {
  const cookie = await control.signIn()
  const ending = new AbortController()
  const stream = await fetch(`${control.url}/api/trpc/revisions.watch`, { headers: { cookie }, signal: ending.signal })
  now += minutes(31)
  control.services.signals.emit('draft')
  let text = ''
  for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString()
  ending.abort()
  expect(text).toContain('"reason":"unauthorized"')
})

test('tokens of sessions and API tokens are stored as hashes only', async () => {
  const cookie = await control.signIn()
  const [session] = await control.services.db.session.findMany({ orderBy: { createdAt: 'desc' }, take: 1 })
  const secret = cookie.split('=')[1] ?? ''
  expect(secret.length).toBeGreaterThan(40)
  const everything = JSON.stringify([
    session,
    await control.services.db.token.findMany(),
    await control.services.db.user.findMany(),
  ])
  expect(everything).not.toContain(secret)
  expect(everything).not.toContain(control.token)
  expect(everything).not.toContain(admin.password)
  expect(everything).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
})

test('a new password ends every session, gives this browser a new one, and needs the old one', async () => {
  const cookie = await control.signIn()
  const other = await control.signIn()
  const change = (current: string, next: string) =>
    control.call('auth.changePassword', { current, next }, { cookie, 'x-switchyard': '1' })
  expect((await change('a wrong password', 'the next password')).error?.data.problems[0]?.path).toBe('current')
  expect((await change(admin.password, 'short')).error?.data.problems[0]?.path).toBe('next')
  const changed = await change(admin.password, 'the next password')
  const renewed = changed.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await state(cookie)).user).toBeNull()
  expect((await state(other)).user).toBeNull()
  expect((await state(renewed)).user).toMatchObject({ email: admin.email })
})

test('signing in begins a new session and leaves a planted one worthless', async () => {
  const planted = 'switchyard_session=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
  const { headers } = await control.call('auth.signIn', admin, { cookie: planted, 'x-switchyard': '1' })
  expect(headers.get('set-cookie')).not.toContain(planted)
  expect((await state(planted)).user).toBeNull()
})

test('signing out takes the cookie away', async () => {
  const cookie = await control.signIn()
  const { headers } = await control.call('auth.signOut', {}, { cookie, 'x-switchyard': '1' })
  expect(headers.get('set-cookie')).toMatch(/^switchyard_session=; .*Max-Age=0/)
})

test('the last administrator cannot be removed, disabled or made a viewer', async () => {
  const [user] = await control.client.users.list.query()
  const id = user?.id ?? ''
  const last = { data: { reason: 'conflict' } }
  await expect(control.client.users.remove.mutate({ id })).rejects.toMatchObject(last)
  await expect(control.client.users.update.mutate({ id, disabled: true })).rejects.toMatchObject(last)
  await expect(control.client.users.update.mutate({ id, role: 'viewer' })).rejects.toMatchObject(last)
  expect(await control.client.users.list.query()).toEqual([user])
})

test('an address has one account, whatever its case', async () => {
  await expect(
    control.client.users.create.mutate({ email: 'ADMIN@example.com', password: 'another password', role: 'viewer' }),
  ).rejects.toMatchObject({ data: { reason: 'conflict', problems: [{ path: 'email' }] } })
})
