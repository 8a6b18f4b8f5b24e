import { describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startBackend, startNamed } from './testing/backend.ts'
import { type Answer, ask, until } from './testing/client.ts'
import { forwardTo, type Gateway, startGateway, type Written } from './testing/gateway.ts'

const cookieAffinity = { type: 'cookie' }

const setCookie = (answer: Answer): string | undefined => answer.headers['set-cookie']?.[0]
/** What a client sends back of it. */
const pairOf = (answer: Answer): string => setCookie(answer)?.split(';')[0] ?? ''

const askWith = (gateway: Gateway, cookie: string) => ask(gateway.port, { headers: { cookie } })

/** Who answers a client with this cookie, so many times. */
async function whoAnswers(gateway: Gateway, cookie: string, times = 6): Promise<string> {
  const names = new Set<string>()
  for (let n = 0; n < times; n++) names.add((await askWith(gateway, cookie)).text)
  return [...names].join('')
}

async function startThree() {
  const all = await Promise.all(['a', 'b', 'c'].map(startNamed))
  const [a, b, c] = all
  if (!a || !b || !c) throw new Error('no backends')
  return {
    a,
    b,
    c,
    urls: all.map(({ url }) => url),
    [Symbol.asyncDispose]: async () => {
      for (const backend of all) await backend[Symbol.asyncDispose]()
    },
  }
}

describe('a client', () => {
  test('comes back to the target it was sent to, by a cookie with the stated attributes that is set once', async () => {
    await using three = await startThree()
    const affinity = {
      ...cookieAffinity,
      name: 'back',
      path: '/shop',
      maxAgeMs: 90_500,
      sameSite: 'none',
      secure: true,
    }
    await using gateway = await startGateway(forwardTo(three.urls, { affinity }))
    const first = await ask(gateway.port)
    expect(setCookie(first)).toMatch(
      /^back=[A-Za-z0-9_-]{24}; Path=\/shop; Max-Age=90; SameSite=None; Secure; HttpOnly$/,
    )
    expect(await whoAnswers(gateway, `x=y; ${pairOf(first)}`)).toBe(first.text)
    expect(setCookie(await askWith(gateway, pairOf(first)))).toBe(undefined)
    const others = await Promise.all([ask(gateway.port), ask(gateway.port)])
    expect(new Set([first, ...others].map(pairOf)).size).toBe(3)
    const plain = await startGateway(forwardTo(three.urls, { affinity: cookieAffinity }))
    expect(setCookie(await ask(plain.port))).toMatch(/^switchyard=[^;]{24}; Path=\/; SameSite=Lax; HttpOnly$/)
    await plain[Symbol.asyncDispose]()
  })

  test('keeps its target over publishes, another address of it, other workers and restarts', async () => {
    await using three = await startThree()
    await using moved = await startNamed('moved')
    const affinityKey = Buffer.alloc(32, 7)
    const document = (more: Written = {}) => forwardTo(three.urls, { affinity: cookieAffinity, ...more })
    const gateway = await startGateway(document(), { affinityKey })
    const first = await ask(gateway.port)
    await gateway.publish(document({ strategy: { type: 'random' }, drainMs: 1000 }))
    expect(await whoAnswers(gateway, pairOf(first))).toBe(first.text)
    await gateway[Symbol.asyncDispose]()
    const worker = { index: 1, count: 2 }
    await using other = await startGateway(document(), { affinityKey, worker })
    expect(await whoAnswers(other, pairOf(first))).toBe(first.text)
    const targets = three.urls.map((url, index) => ({ id: 'abc'[index], url }))
    const changed = targets.map((target) => (target.id === first.text ? { ...target, url: moved.url } : target))
    await other.publish(document({ targets: changed }))
    expect(await whoAnswers(other, pairOf(first))).toBe('moved')
    await using foreign = await startGateway(document(), { affinityKey: Buffer.alloc(32, 8) })
    expect(setCookie(await askWith(foreign, pairOf(first))), 'signed with another key').toBeDefined()
  })

  test('is bound anew when its target is gone, draining, out or of weight 0', async () => {
    await using three = await startThree()
    const targets = (change: Written) =>
      three.urls.map((url, index) => ({ id: 'abc'[index], url, ...(index === 0 && change) }))
    const document = (change: Written) => forwardTo([], { affinity: cookieAffinity, targets: targets(change) })
    await using gateway = await startGateway(document({}))
    const first = await ask(gateway.port)
    expect(first.text).toBe('a')
    for (const change of [{ drain: true }, { enabled: false }, { weight: 0 }]) {
      await gateway.publish(document(change))
      const again = await askWith(gateway, pairOf(first))
      expect(again.text).not.toBe('a')
      expect(pairOf(again)).not.toBe('')
      expect(await whoAnswers(gateway, pairOf(again))).toBe(again.text)
    }
    await gateway.publish(document({}))
    expect(await whoAnswers(gateway, pairOf(first))).toBe('a')
    gateway.traffic.judge([{ upstream: 'app', target: 'a', url: three.a.url, out: true }], false)
    const again = await askWith(gateway, pairOf(first))
    expect([again.text === 'a', pairOf(again) === '']).toEqual([false, false])
    await gateway.publish(forwardTo([], { affinity: cookieAffinity, targets: targets({}).slice(1) }))
    expect(setCookie(await askWith(gateway, pairOf(first)))).toBeDefined()
  })

  test('goes elsewhere once, and is not bound anew, while its target is only full or has failed in this request', async () => {
    let held: (() => void) | undefined
    let failing = false
    await using a = await startBackend((request, response) => {
      if (failing) request.socket.destroy()
      else if (request.url === '/hold') held = () => response.end('a')
      else response.end('a')
    })
    await using b = await startNamed('b')
    const targets = [
      { id: 'a', url: a.url, maxInFlight: 1 },
      { id: 'b', url: b.url },
    ]
    const retries = { attempts: 1, backoffMs: 0, onStatus: [503] }
    await using gateway = await startGateway(forwardTo([], { affinity: cookieAffinity, targets, retries }))
    const first = await ask(gateway.port)
    expect(first.text).toBe('a')
    const holding = ask(gateway.port, { path: '/hold', headers: { cookie: pairOf(first) } })
    await until(() => held !== undefined)
    const elsewhere = await askWith(gateway, pairOf(first))
    expect([elsewhere.text, setCookie(elsewhere)]).toEqual(['b', undefined])
    held?.()
    await holding
    expect(await whoAnswers(gateway, pairOf(first))).toBe('a')
    failing = true
    await gateway.publish(
      forwardTo([], {
        affinity: cookieAffinity,
        targets: [{ id: 'a', url: 'http://127.0.0.1:1' }, targets[1]],
        retries,
      }),
    )
    const retried = await askWith(gateway, pairOf(first))
    expect([retried.text, setCookie(retried)]).toEqual(['b', undefined])
  })

  test('goes with its WebSockets where its page came from, and is bound by one that comes first', async () => {
    const names: string[] = []
    const start = async (name: string) => {
      const backend = await startNamed(name)
      backend.server.prependListener('upgrade', () => names.push(name))
      return backend
    }
    await using a = await start('a')
    await using b = await start('b')
    await using gateway = await startGateway(forwardTo([a.url, b.url], { affinity: cookieAffinity }))
    const page = await ask(gateway.port)
    const open = async (cookie?: string): Promise<string | undefined> => {
      const options = cookie === undefined ? {} : { headers: { cookie } }
      const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/`, options)
      const set = await new Promise<string | undefined>((resolve, reject) => {
        socket.once('upgrade', (response) => resolve(response.headers['set-cookie']?.[0]))
        socket.once('error', reject)
      })
      socket.terminate()
      return set
    }
    for (let n = 0; n < 4; n++) expect(await open(pairOf(page))).toBe(undefined)
    expect(names).toEqual(new Array(4).fill(page.text))
    const set = await open()
    expect(await whoAnswers(gateway, set?.split(';')[0] ?? '')).toBe(names.at(-1))
  })

  test('is bound at the upstream that serves instead, by its rules', async () => {
    await using a = await startNamed('a')
    await using b = await startNamed('b')
    await using c = await startNamed('c')
    const targets = [
      { id: 'b', url: b.url },
      { id: 'c', url: c.url },
    ]
    await using gateway = await startGateway({
      upstreams: [
        {
          id: 'app',
          targets: [{ id: 'a', url: a.url }],
          affinity: { type: 'cookie', name: 'one' },
          whenNoneEligible: { upstream: 'spare' },
        },
        { id: 'spare', targets, affinity: { type: 'cookie', name: 'two' } },
      ],
      routes: [{ id: 'all', forward: { upstream: 'app' } }],
    })
    const first = await ask(gateway.port)
    expect(pairOf(first)).toMatch(/^one=/)
    gateway.traffic.judge([{ upstream: 'app', target: 'a', url: a.url, out: true }], false)
    const instead = await askWith(gateway, pairOf(first))
    expect(pairOf(instead)).toMatch(/^two=/)
    expect(await whoAnswers(gateway, `${pairOf(first)}; ${pairOf(instead)}`)).toBe(instead.text)
  })
})

test('what is forged, damaged or odd in a Cookie field binds nobody, and the field goes on as it is', async () => {
  const seen: (string | undefined)[] = []
  await using a = await startBackend((request, response) => {
    seen.push(request.headers.cookie)
    response.end('a')
  })
  await using gateway = await startGateway(forwardTo(a.url, { affinity: cookieAffinity }))
  const good = pairOf(await ask(gateway.port))
  const odd = [
    'switchyard=a',
    'switchyard=',
    'switchyard',
    `${good}x`,
    good.slice(0, -1),
    good.toUpperCase(),
    `x${good}`,
    'switchyard=__proto__; switchyard=constructor',
    `switchyard=${'A'.repeat(4000)}`,
    'switchyard=x; '.repeat(500),
  ]
  for (const cookie of odd) expect(setCookie(await askWith(gateway, cookie)), cookie.slice(0, 60)).toBeDefined()
  expect(setCookie(await askWith(gateway, `switchyard=x; ${good}; switchyard="y"`))).toBe(undefined)
  expect(setCookie(await askWith(gateway, `switchyard="${good.split('=')[1]}"`))).toBe(undefined)
  expect(seen).toContain(`switchyard=x; ${good}; switchyard="y"`)
})

describe('the key of an upstream', () => {
  const affinity = { type: 'cookie', key: { secret: 'cookies' } }

  test('signs its cookies, whatever the node has; another value signs others', async () => {
    await using three = await startThree()
    const document = forwardTo(three.urls, { affinity })
    const start = (value: string, fill: number) =>
      startGateway(document, { affinityKey: Buffer.alloc(32, fill), secrets: new Map([['cookies', value]]) })
    await using one = await start('sixteen letters!', 1)
    await using same = await start('sixteen letters!', 2)
    await using another = await start('sixteen letters?', 1)
    const first = await ask(one.port)
    expect(setCookie(await askWith(same, pairOf(first)))).toBe(undefined)
    expect(setCookie(await askWith(another, pairOf(first)))).toBeDefined()
  })

  test.each([
    ['is not there', {}, 'upstreams[0].affinity.key.secret', 'there is no secret "cookies"'],
    ['is short', { cookies: 'fifteen letters' }, 'upstreams[0].affinity.key.secret', 'it has fewer than 16 characters'],
  ])('that %s is a problem at its place, and the last revision serves on', async (_name, values, path, message) => {
    await using a = await startNamed('a')
    await using gateway = await startGateway(forwardTo(a.url), { secrets: new Map(Object.entries(values)) })
    await expect(gateway.publish(forwardTo(a.url, { affinity }))).rejects.toMatchObject({
      problems: [{ path, message }],
    })
    expect((await ask(gateway.port)).text).toBe('a')
  })
})
