import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, nodeToken, startForTest, type TestControl } from '../testing/start.ts'
import { appRouter } from './router.ts'

/** Every procedure there is, and who may call it. A new one fails here until it is written down. */
const whoMay: Record<string, 'anybody' | 'user' | 'viewer' | 'admin'> = {
  'auth.state': 'anybody',
  'auth.setUp': 'anybody',
  'auth.signIn': 'anybody',
  'auth.signOut': 'user',
  'auth.changePassword': 'user',
  ...Object.fromEntries(
    ['listeners', 'upstreams', 'routes', 'middleware', 'certificates'].flatMap((kind) => [
      [`${kind}.list`, 'viewer'],
      [`${kind}.get`, 'viewer'],
      [`${kind}.check`, 'viewer'],
      [`${kind}.create`, 'admin'],
      [`${kind}.update`, 'admin'],
      [`${kind}.remove`, 'admin'],
    ]),
  ),
  'certificates.inspect': 'viewer',
  'certificates.save': 'admin',
  'secrets.list': 'viewer',
  'secrets.set': 'admin',
  'secrets.remove': 'admin',
  'targets.setWeight': 'admin',
  'targets.drain': 'admin',
  'targets.undrain': 'admin',
  'targets.setEnabled': 'admin',
  'config.export': 'viewer',
  'config.validate': 'viewer',
  'config.diff': 'viewer',
  'config.apply': 'admin',
  'revisions.status': 'viewer',
  'revisions.watch': 'viewer',
  'revisions.list': 'viewer',
  'revisions.get': 'viewer',
  'revisions.diff': 'viewer',
  'revisions.publish': 'admin',
  'revisions.rollback': 'admin',
  'revisions.discard': 'admin',
  'nodes.list': 'viewer',
  'nodes.get': 'viewer',
  'nodes.watch': 'viewer',
  'nodes.remove': 'admin',
  'nodes.join': 'admin',
  'traffic.summary': 'viewer',
  'traffic.watch': 'viewer',
  'health.summary': 'viewer',
  'health.watch': 'viewer',
  'health.timeline': 'viewer',
  'explain.balancing': 'viewer',
  'schema.get': 'viewer',
  'users.list': 'admin',
  'users.create': 'admin',
  'users.update': 'admin',
  'users.remove': 'admin',
  'tokens.list': 'admin',
  'tokens.create': 'admin',
  'tokens.remove': 'admin',
  'audit.list': 'viewer',
}

/** By its path. The declared type is the tree of routers; what stands there is flat. */
const flat = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>
const procedures = Object.entries(flat).map(([path, { _def }]) => ({
  path,
  subscription: _def.type === 'subscription',
}))

let control: TestControl
/** By the name of the caller: the headers it sends. */
let headers: Record<string, Record<string, string>>
let now = Date.now()
/** What was logged as an error. */
const failures: string[] = []

beforeAll(async () => {
  const none = () => {}
  const log = {
    debug: none,
    info: none,
    warn: none,
    error: (_: object, message: string) => void failures.push(message),
  }
  control = await startForTest({}, { now: () => now, log })
  const { client } = control
  const viewer = { email: 'viewer@example.com', password: 'another long password', role: 'viewer' as const }
  await client.users.create.mutate(viewer)
  const disabled = { email: 'disabled@example.com', password: 'another long password', role: 'admin' as const }
  const { id } = await client.users.create.mutate(disabled)
  const disabledCookie = await control.signIn(disabled)
  await client.users.update.mutate({ id, disabled: true })
  const expiring = await client.tokens.create.mutate({ name: 'old', kind: 'api', role: 'admin', expiresInDays: 1 })
  const idleCookie = await control.signIn()
  now += 25 * 60 * 60_000
  const revoked = await client.tokens.create.mutate({ name: 'revoked', kind: 'api', role: 'admin' })
  await client.tokens.remove.mutate({ id: revoked.id })
  const reader = await client.tokens.create.mutate({ name: 'reader', kind: 'api', role: 'viewer' })
  const signedOut = await control.signIn()
  await control.call('auth.signOut', {}, { cookie: signedOut, 'x-switchyard': '1' })

  const session = (cookie: string) => ({ cookie, 'x-switchyard': '1' })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  headers = {
    nobody: { 'x-switchyard': '1' },
    'an invented session': session('switchyard_session=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'),
    'a session that has ended by time': session(idleCookie),
    'a session that was signed out': session(signedOut),
    'a session of a disabled user': session(disabledCookie),
    'an invented token': bearer('swy_abcdefghijklmnopqrstuvwxyz'),
    'an expired token': bearer(expiring.token),
    'a revoked token': bearer(revoked.token),
    'a node token': bearer(nodeToken),
    // A bad token does not fall back on a good session.
    'a bad token with a good session': { ...session(await control.signIn()), ...bearer('swy_wrong') },
    'a viewer': session(await control.signIn(viewer)),
    'a token that may read': bearer(reader.token),
    'an administrator': session(await control.signIn(admin)),
    'a token of an administrator': bearer(control.token),
  }
})

afterAll(() => control.end())

const nobodies = [
  'nobody',
  'an invented session',
  'a session that has ended by time',
  'a session that was signed out',
  'a session of a disabled user',
  'an invented token',
  'an expired token',
  'a revoked token',
  'a node token',
  'a bad token with a good session',
]
const readers = ['a viewer', 'a token that may read']
const admins = ['an administrator', 'a token of an administrator']

/** Calls with an input that no procedure takes: whoever passes the gate is told so, and nothing happens. */
async function answerTo(
  caller: string,
  { path, subscription }: { path: string; subscription: boolean },
): Promise<string> {
  if (!subscription) {
    const { error } = await control.call(path, { nonsense: true }, headers[caller])
    return error?.data.reason ?? 'passed'
  }
  const ending = new AbortController()
  const response = await fetch(`${control.url}/api/trpc/${path}`, {
    headers: headers[caller] ?? {},
    signal: ending.signal,
  })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (/event: serialized-error|^data: .*\n/m.test(text.replace(/^event: connected\ndata: .*\n/m, ''))) break
  }
  ending.abort()
  return /"reason":"(\w+)"/.exec(text)?.[1] ?? 'passed'
}

test('every procedure is written down here', () => {
  expect(procedures.map(({ path }) => path).sort()).toEqual(Object.keys(whoMay).sort())
})

const refusals = ['unauthorized', 'forbidden']

test.each(procedures)('$path gives nothing to a caller without a right', async (procedure) => {
  for (const caller of nobodies) {
    const answer = await answerTo(caller, procedure)
    if (whoMay[procedure.path] !== 'anybody') expect([caller, answer]).toEqual([caller, 'unauthorized'])
    else expect(refusals).not.toContain(answer)
  }
})

// Signing out is left out below: it would end the session that the others are called with.
test.each(procedures.filter(({ path }) => path !== 'auth.signOut'))('$path obeys the role', async (procedure) => {
  const may = whoMay[procedure.path]
  for (const caller of [...readers, ...admins]) {
    const needsUser = may === 'user' && caller.includes('token')
    const needsAdmin = may === 'admin' && readers.includes(caller)
    const answer = await answerTo(caller, procedure)
    if (needsUser || needsAdmin) expect([caller, answer]).toEqual([caller, 'forbidden'])
    else expect(refusals).not.toContain(answer)
  }
})

test('every procedure refuses a field that it does not know', async () => {
  const takeNothing =
    /^(?:auth\.(?:state|signOut)|\w+\.list|revisions\.(?:status)|(?:traffic|health)\.summary|schema\.get)$/
  for (const procedure of procedures) {
    if (procedure.subscription || takeNothing.test(procedure.path)) continue
    const { error } = await control.call(procedure.path, { nonsense: true }, headers['an administrator'])
    expect([procedure.path, error?.data.reason]).toEqual([procedure.path, 'invalid'])
    expect(error?.data.problems.length).toBeGreaterThan(0)
  }
})

test('a stream ends when its session does, which is nothing to log as an error', async () => {
  const cookie = await control.signIn()
  const response = await fetch(`${control.url}/api/trpc/nodes.watch`, { headers: { cookie } })
  await control.call('auth.signOut', {}, { cookie, 'x-switchyard': '1' })
  let text = ''
  for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  expect(text).toContain('"reason":"unauthorized"')
  expect(failures).toEqual([])
})
