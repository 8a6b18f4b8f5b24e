import { describe, expect, test } from 'vitest'
import { ofListeners, ofRoute, ofUpstream, ofUrl, problemsOf, route, upstream } from './testing/problems-of.ts'

describe('the whole', () => {
  test('ids are unique within their kind, and targets within their upstream', () => {
    expect(problemsOf({ upstreams: [upstream(), upstream()], routes: [route()] })).toEqual([
      'upstreams[1].id: "shop" is the id of entry 0 already',
    ])
    const target = { id: 'a', url: 'http://h' }
    expect(ofUpstream({ targets: [target, target] })).toEqual([
      'upstreams[0].targets[1].id: "a" is the id of entry 0 already',
    ])
    expect(problemsOf({ upstreams: [upstream(), upstream({ id: 'other' })] })).toEqual([])
  })

  test('a reference to what is not there is refused, with what was probably meant', () => {
    expect(ofRoute({ forward: { upstream: 'shpo' } })).toEqual([
      'routes[0].forward.upstream: there is no upstream "shpo"; did you mean "shop"?',
    ])
    expect(ofRoute({ forward: { split: [{ upstream: 'shop' }, { upstream: 'gone' }] } })).toEqual([
      'routes[0].forward.split[1].upstream: there is no upstream "gone"',
    ])
    expect(ofRoute({ match: { listeners: ['web'] } })).toEqual([
      'routes[0].match.listeners[0]: there is no listener "web"',
    ])
    expect(ofRoute({ middleware: [{ ref: 'gone' }] })).toEqual([
      'routes[0].middleware[0].ref: there is no middleware "gone"',
    ])
  })

  test('a route without `forward` needs a middleware that answers by itself, written out or shared', () => {
    const alone = (middleware: object[], fields = {}) =>
      problemsOf({ routes: [{ id: 'r', middleware, ...fields }], middleware: [{ id: 'hello', type: 'answer' }] })
    const refused = ['routes[0].forward: required, since no middleware of this route answers by itself']
    expect(alone([])).toEqual(refused)
    expect(alone([{ type: 'pass' }])).toEqual(refused)
    expect(alone([{ type: 'answer' }])).toEqual([])
    expect(alone([{ type: 'pass' }, { ref: 'hello' }])).toEqual([])
    expect(alone([], { enabled: false })).toEqual([])
  })

  test('an upstream without targets, or without any that takes traffic, is allowed: it answers 503', () => {
    expect(ofUpstream({ targets: [] })).toEqual([])
    expect(ofUpstream({ targets: [{ id: 'a', url: 'http://h', weight: 0 }] })).toEqual([])
  })

  test('a split whose parts all weigh nothing is refused', () => {
    expect(ofRoute({ forward: { split: [{ upstream: 'shop', weight: 0 }] } })).toEqual([
      'routes[0].forward.split: give at least one part a weight above 0',
    ])
  })

  test('expressions must compile', () => {
    const problems = ofRoute({
      match: {
        path: { type: 'regex', value: '(' },
        headers: [{ type: 'regex', name: 'x', value: '(?=a)' }],
        query: [
          { type: 'present', name: 'y' },
          { type: 'regex', name: 'y', value: 'a**' },
        ],
      },
    })
    expect(problems).toHaveLength(3)
    expect(problems[0]).toMatch(/^routes\[0\]\.match\.path\.value: not an RE2 expression: /)
    expect(problems[1]).toMatch(/^routes\[0\]\.match\.headers\[0\]\.value: /)
    expect(problems[2]).toMatch(/^routes\[0\]\.match\.query\[1\]\.value: /)
  })

  test('expressions that would take long to compile are refused unread, however many', () => {
    const match = { path: { type: 'regex', value: 'a{1000}'.repeat(290) } }
    const routes = Array.from({ length: 500 }, (_, i) => route({ id: `r${i}`, match }))
    expect(problemsOf({ upstreams: [upstream()], routes })[98]).toBe(
      'routes[98].match.path.value: this expression is too large: repeat less',
    )
  })

  test('what is escaped or in a class repeats nothing', () => {
    for (const value of ['a\\{9999}', '[{9999}]', '[]{9999}]', '\\\\{3}', 'a{9999']) {
      expect(ofRoute({ match: { path: { type: 'regex', value } } })).toEqual([])
    }
  })

  test('an expression that would take long for every request is refused', () => {
    expect(ofRoute({ match: { path: { type: 'regex', value: '\\pL{1000}'.repeat(10) } } })).toEqual([
      'routes[0].match.path.value: this expression is too large: repeat less',
    ])
    expect(ofRoute({ match: { path: { type: 'regex', value: '/[^/]{1,1000}' } } })).toEqual([])
  })

  test('methods are written in capitals', () => {
    expect(ofRoute({ match: { methods: ['get'] } })).toEqual([
      'routes[0].match.methods[0]: write a method in capitals, such as GET',
    ])
  })

  test('a fixed host is one that can be sent', () => {
    const refused = ['upstreams[0].host.value: write a host, perhaps with a port']
    for (const value of ['a..b', 'h:99999', '[1::2::3]', '.']) {
      expect(ofUpstream({ host: { type: 'fixed', value } })).toEqual(refused)
    }
    expect(ofUpstream({ host: { type: 'fixed', value: 'app.internal:8080' } })).toEqual([])
  })

  test('a path that no request can have is refused', () => {
    for (const value of ['/..', '/a/../..', '/a%2Fb', '/a%5cb', '/%00']) {
      for (const type of ['prefix', 'exact']) {
        expect(ofRoute({ match: { path: { type, value } } })[0]).toMatch(
          /^routes\[0\]\.match\.path\.value: no request can/,
        )
      }
    }
    expect(ofRoute({ match: { path: { type: 'prefix', value: '/café/a b' } } })).toEqual([])
  })

  test('options that are wrong only together are told at their place', () => {
    const use = { type: 'pass', low: 2, high: 1 }
    expect(ofRoute({ middleware: [use] })).toEqual(['routes[0].middleware[0].low: must not be above high'])
    expect(problemsOf({ middleware: [{ id: 'm', ...use }] })).toEqual(['middleware[0].low: must not be above high'])
  })

  test('a strategy says what is wrong with its targets', () => {
    const targets = Array.from({ length: 300 }, (_, i) => ({ id: `t${i}`, url: 'http://h', weight: 65_535 }))
    const strategy = { type: 'consistent-hash', key: { from: 'client-ip' } }
    expect(ofUpstream({ targets, strategy })[0]).toMatch(/^upstreams\[0\]\.strategy: /)
  })
})

describe('addresses', () => {
  test('two listeners cannot have the same address and port', () => {
    const refused = [
      'listeners[0].port: listener "l1" has this address and port as well',
      'listeners[1].port: listener "l0" has this address and port as well',
    ]
    expect(ofListeners({ port: 80 }, { port: 80 })).toEqual(refused)
    expect(ofListeners({ port: 80 }, { port: 80, address: '127.0.0.1' })).toEqual(refused)
    expect(ofListeners({ port: 80, address: '127.0.0.1' }, { port: 80 })).toEqual(refused)
    expect(ofListeners({ port: 80, address: '::' }, { port: 80, address: '127.0.0.1' })).toEqual(refused)
    expect(ofListeners({ port: 80, address: '::1' }, { port: 80, address: '0:0:0:0:0:0:0:1' })).toEqual(refused)
    expect(ofListeners({ port: 80, address: '::ffff:127.0.0.1' }, { port: 80, address: '127.0.0.1' })).toEqual(refused)
  })

  test('other addresses, other ports and port 0 do not collide', () => {
    expect(ofListeners({ port: 80 }, { port: 81 })).toEqual([])
    expect(ofListeners({ port: 80, address: '127.0.0.1' }, { port: 80, address: '127.0.0.2' })).toEqual([])
    expect(ofListeners({ port: 80, address: '::1' }, { port: 80 })).toEqual([])
    expect(ofListeners({ port: 0 }, { port: 0 })).toEqual([])
  })

  test.each([
    'http://10.0.0.7:8080',
    'https://app.example.com',
    'http://[::1]:1/base/x%20y/',
    'http://a_b.internal:65535/',
  ])('%s is the address of a target', (url) => {
    expect(ofUrl(url)).toEqual([])
  })

  test.each([
    'http://h:0',
    'http://h:65536',
    'http://h/../x',
    'http://h/%2e%2E/x',
    'http://h/a%2Fb',
    'http://h/a%5cb',
    'http://h/%zz',
    'http://h/a//b',
    'http://[1::2::3]',
    'http://300.1.1.1',
    'http://127.1',
    'http://0x7f000001',
    'http://2852039166',
    'http://0251.0376.0251.0376',
    'http://0xa9.254.169.254',
    'http://169.254.43518',
    'http://127.0.0.1.',
    'http://127.0.0.01',
    'http://[fe80::1%25eth0]',
    `http://${'a'.repeat(64)}.com`,
    'http://a..b',
    'http://user@h',
    'http://h/?q',
    'http://h/#f',
    'ftp://h',
    'h:80',
    'http://',
  ])('%s is none', (url) => {
    expect(ofUrl(url)).toHaveLength(1)
    expect(ofUrl(url)[0]).toMatch(/^upstreams\[0\]\.targets\[0\]\.url: /)
  })
})
