import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nodeToken, startForTest, type TestControl } from '../testing/start.ts'

let control: TestControl
let cookie: string

beforeAll(async () => {
  control = await startForTest()
  cookie = await control.signIn()
})

afterAll(() => control.end())

const listeners = () => control.client.listeners.list.query()
const create = (headers: Record<string, string>) =>
  control.call('listeners.create', { value: { id: 'made', port: 8080 } }, headers)

/** With headers that `fetch` does not let one set. */
function rawGet(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const call = request(`${control.url}${path}`, { headers }, (response) => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    call.on('error', reject)
    call.end()
  })
}

test('a change with a session needs our header: a form of another site cannot send it', async () => {
  expect((await create({ cookie })).status).toBe(403)
  const form = await fetch(`${control.url}/api/trpc/auth.signOut`, {
    method: 'POST',
    headers: { cookie, 'x-switchyard': '1', 'content-type': 'text/plain' },
    body: '{}',
  })
  expect(form.status).toBe(403)
  const multipart = await fetch(`${control.url}/api/trpc/auth.signOut`, {
    method: 'POST',
    headers: { cookie, 'x-switchyard': '1' },
    body: new FormData(),
  })
  expect(multipart.status).toBe(403)
  expect(await listeners()).toEqual([])
})

test('a change from a page of another origin is refused, whatever else it carries', async () => {
  const session = { cookie, 'x-switchyard': '1' }
  expect((await create({ ...session, origin: 'https://evil.example' })).status).toBe(403)
  expect((await create({ ...session, origin: 'null' })).status).toBe(403)
  expect((await create({ ...session, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect(await listeners()).toEqual([])
  expect((await create({ ...session, origin: control.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
})

test('no answer carries a CORS header, and a preflight is refused', async () => {
  const preflight = await fetch(`${control.url}/api/trpc/listeners.create`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  expect(preflight.ok).toBe(false)
  const answer = await fetch(`${control.url}/api/trpc/auth.state`)
  for (const { headers } of [preflight, answer]) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  }
})

test('a name that is not ours is refused, so that a rebound name reads nothing', async () => {
  const { port } = new URL(control.url)
  expect((await rawGet('/api/trpc/auth.state', { host: `evil.example:${port}` })).status).toBe(400)
  expect((await rawGet('/', { host: 'evil.example' })).status).toBe(400)
  expect((await rawGet('/api/trpc/auth.state', { host: `localhost:${port}` })).status).toBe(200)
  const token = { authorization: `Bearer ${control.token}` }
  expect((await rawGet('/api/trpc/nodes.list', { host: 'control.internal', ...token })).status).toBe(200)
})

test('every answer is guarded by headers', async () => {
  for (const path of ['/api/trpc/auth.state', '/', '/sign-in', '/healthz', '/api/node/report', '/nowhere']) {
    const { headers } = await fetch(`${control.url}${path}`, { redirect: 'manual' })
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('answers of the API are kept nowhere', async () => {
  const { headers } = await fetch(`${control.url}/api/trpc/listeners.list`, { headers: { cookie } })
  expect(headers.get('cache-control')).toBe('no-store')
})

test('a page without a session leads to the sign-in and back, with one it does not', async () => {
  const page = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${control.url}${path}`, { headers, redirect: 'manual' })
  const refused = await page('/upstreams/shop?tab=yaml')
  expect(refused.status).toBe(303)
  expect(refused.headers.get('location')).toBe(`/sign-in?next=${encodeURIComponent('/upstreams/shop?tab=yaml')}`)
  expect(await refused.text()).toBe('')
  expect((await page('/set-up')).headers.get('location')).toBe('/sign-in?next=%2Fset-up')
  expect((await page('/sign-in', { cookie })).headers.get('location')).toBe('/')
  // Tricks by which gates were passed elsewhere.
  for (const path of ['//upstreams', '/%2e%2e/upstreams', '/_next/../upstreams', '/_next/image?url=/x', '/%']) {
    expect([400, 303]).toContain((await page(path)).status)
  }
  const subrequest = { 'x-middleware-subrequest': 'middleware:middleware:middleware' }
  expect((await page('/upstreams', subrequest)).status).toBe(303)
})

test('a wrong node token is answered 401 before any stream begins', async () => {
  const input = encodeURIComponent(JSON.stringify({ node: 'one' }))
  const subscribe = (headers: Record<string, string>) =>
    fetch(`${control.url}/api/node/subscribe?input=${input}`, { headers })
  for (const authorization of ['Bearer swn_wrong', `Bearer ${control.token}`, `Basic ${nodeToken}`, '']) {
    const answer = await subscribe(authorization === '' ? {} : { authorization })
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ error: { data: { reason: 'unauthorized' } } })
  }
  expect((await subscribe({ cookie })).status).toBe(401)
})

test('a body that is too long is refused', async () => {
  const long = 'x'.repeat(1024 * 1024)
  const headers = { cookie, 'x-switchyard': '1' }
  expect((await control.call('listeners.create', { value: { id: long } }, headers)).status).toBe(413)
  const { status, error } = await control.call('config.apply', { text: `# ${long}`, format: 'nonsense' }, headers)
  expect([status, error?.data.reason]).toEqual([400, 'invalid'])
})

test('the schema of the document is there for editors', async () => {
  const schema = (await (await fetch(`${control.url}/config.schema.json`)).json()) as { properties: object }
  expect(Object.keys(schema.properties)).toContain('upstreams')
})

test('the session cookie is out of reach of scripts and other sites', async () => {
  const { headers } = await control.call('auth.signIn', {
    email: 'admin@example.com',
    password: 'a long enough password',
  })
  const set = headers.get('set-cookie') ?? ''
  expect(set).toMatch(/^switchyard_session=[\w-]{43}; /)
  for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/', 'Max-Age=43200']) expect(set).toContain(attribute)
  expect(set).not.toContain('Secure')
})

test('behind https the cookie belongs to this host alone, and that origin is ours', async () => {
  const secure = await startForTest({ SWITCHYARD_PUBLIC_URL: 'https://switchyard.example.com' })
  try {
    const credentials = { email: 'admin@example.com', password: 'a long enough password' }
    const headers = { 'x-switchyard': '1', origin: 'https://switchyard.example.com' }
    const answer = await secure.call('auth.signIn', credentials, headers)
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-switchyard_session=.*; Secure$/)
    expect(answer.headers.get('strict-transport-security')).not.toBeNull()
  } finally {
    await secure.end()
  }
})

test('an error never carries a stack, a cause or a query', async () => {
  const broken = await startForTest()
  try {
    await broken.services.db.$executeRawUnsafe('DROP TABLE "AuditRecord"')
    const { status, error } = await broken.call('audit.list', {}, { authorization: `Bearer ${broken.token}` })
    expect(status).toBe(500)
    expect(error).toEqual({
      code: expect.any(Number),
      message: 'Something went wrong here. The request id finds it in the log.',
      data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500, reason: 'internal', problems: [] },
    })
  } finally {
    await broken.end()
  }
})
