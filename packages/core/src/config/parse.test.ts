import { describe, expect, test } from 'vitest'
import { parseConfig, parseResource } from './parse.ts'
import { testModel } from './testing/test-model.ts'

/** Problems of a document, as `path: message`. */
function problemsOf(document: object): string[] {
  const parsed = parseConfig(testModel, { switchyard: 1, ...document })
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

const upstream = (fields: object = {}) => ({ id: 'shop', targets: [{ id: 'a', url: 'http://10.0.0.1:80' }], ...fields })
const route = (fields: object = {}) => ({ id: 'shop', forward: { upstream: 'shop' }, ...fields })
const ofRoute = (fields: object) => problemsOf({ upstreams: [upstream()], routes: [route(fields)] })
const ofUpstream = (fields: object) => problemsOf({ upstreams: [upstream(fields)] })
const ofUrl = (url: string) => ofUpstream({ targets: [{ id: 'a', url }] })
const ofListeners = (...listeners: object[]) =>
  problemsOf({ listeners: listeners.map((l, i) => ({ id: `l${i}`, ...l })) })

describe('fields', () => {
  test('an empty document is valid, and every default is filled in', () => {
    expect(parseConfig(testModel, { switchyard: 1 })).toEqual({
      ok: true,
      value: { switchyard: 1, listeners: [], upstreams: [], routes: [], middleware: [] },
    })
  })

  test('an unknown field is refused at its path, with the one that was probably meant', () => {
    expect(problemsOf({ upstreams: [upstream({ targets: [{ id: 'a', url: 'http://h', weigth: 1 }] })] })).toEqual([
      'upstreams[0].targets[0].weigth: unknown field; did you mean "weight"?',
    ])
    expect(problemsOf({ listners: [] })).toEqual(['listners: unknown field; did you mean "listeners"?'])
  })

  test('an unknown field that is near to nothing lists what is known', () => {
    expect(ofRoute({ limits: { xyz: 1 } })).toEqual(['routes[0].limits.xyz: unknown field; known here: bodyBytes'])
  })

  test('a wrong type says what was expected and what came, but never repeats a text', () => {
    expect(ofUpstream({ targets: [{ id: 'a', url: 'http://h', weight: 'secret' }] })).toEqual([
      'upstreams[0].targets[0].weight: expected a whole number, not text',
    ])
    expect(ofUpstream({ targets: {} })).toEqual(['upstreams[0].targets: expected a list, not an object'])
    expect(ofUpstream({ drainMs: 1.5 })).toEqual(['upstreams[0].drainMs: expected a whole number, not 1.5'])
    expect(ofUpstream({ drainMs: null })).toEqual(['upstreams[0].drainMs: expected a whole number, not an empty value'])
    expect(problemsOf({ routes: ['x'] })).toEqual(['routes[0]: expected an object, not text'])
  })

  test('a missing field says what to write', () => {
    expect(problemsOf({ listeners: [{ id: 'web' }] })).toEqual(['listeners[0].port: required; write a whole number'])
    expect(parseConfig(testModel, {})).toMatchObject({
      problems: [{ path: 'switchyard', message: 'required; expected 1' }],
    })
  })

  test('limits are said with the number', () => {
    expect(ofUpstream({ targets: [{ id: 'a', url: 'http://h', weight: 65_536 }] })).toEqual([
      'upstreams[0].targets[0].weight: at most 65535',
    ])
    expect(ofRoute({ match: { hosts: [] } })).toEqual(['routes[0].match.hosts: at least 1 entry'])
    expect(ofRoute({ title: 'x'.repeat(201) })).toEqual(['routes[0].title: at most 200 characters'])
  })

  test('what a field says of its own form is said', () => {
    expect(ofRoute({ id: 'Shop' })).toContain('routes[0].id: use lower-case letters, digits and dashes, 63 at most')
    expect(ofListeners({ address: 'localhost', port: 1 })).toEqual([
      'listeners[0].address: write an IP address, such as 0.0.0.0 or ::',
    ])
  })

  test('a wrong choice lists the choices', () => {
    expect(ofListeners({ port: 1, protocol: 'htp' })).toEqual([
      'listeners[0].protocol: expected http, not "htp"; did you mean "http"?',
    ])
  })

  test('a wrong key of a map is refused at the key', () => {
    expect(ofRoute({ labels: { ['k'.repeat(64)]: 'v' } })).toEqual([
      `routes[0].labels.${'k'.repeat(64)}: at most 63 characters`,
    ])
    expect(ofRoute({ labels: { 'a.b': 1 } })).toEqual(['routes[0].labels["a.b"]: expected text, not 1'])
  })

  test('no more than a hundred problems are told', () => {
    const parsed = parseConfig(testModel, { switchyard: 1, routes: Array.from({ length: 300 }, () => ({})) })
    const problems = parsed.ok ? [] : parsed.problems
    expect(problems).toHaveLength(100)
    expect(problems.at(-1)).toEqual({ path: '', message: '… and 201 more' })
  })
})

describe('unions', () => {
  test('an unknown tag lists the known ones, at the tag', () => {
    expect(ofRoute({ match: { path: { type: 'prefx', value: '/' } } })).toEqual([
      'routes[0].match.path.type: expected one of prefix, exact, regex, not "prefx"; did you mean "prefix"?',
    ])
    expect(ofUpstream({ strategy: { type: 'rand' } })[0]).toMatch(
      /^upstreams\[0\]\.strategy\.type: expected one of .*random/,
    )
  })

  test('a missing tag lists the known ones', () => {
    expect(ofRoute({ match: { path: { value: '/' } } })).toEqual([
      'routes[0].match.path: needs "type" (prefix, exact, regex)',
    ])
  })

  test('of a tagged case its own fields are checked', () => {
    expect(ofRoute({ match: { path: { type: 'prefix', pattern: '/' } } })).toEqual([
      'routes[0].match.path.value: required; write text',
      'routes[0].match.path.pattern: unknown field; known here: type, value',
    ])
  })

  test('a key that only one case has decides what was meant', () => {
    expect(ofRoute({ forward: { split: [{ upstream: 'shop', weight: -1 }] } })).toEqual([
      'routes[0].forward.split[0].weight: at least 0',
    ])
    expect(ofRoute({ forward: { upstream: 5 } })).toEqual(['routes[0].forward.upstream: expected text, not 5'])
    expect(ofRoute({ forward: { upstreem: 'shop' } })).toEqual([
      'routes[0].forward.upstreem: unknown field; did you mean "upstream"?',
    ])
    expect(ofRoute({ forward: {} })).toEqual(['routes[0].forward: needs "upstream" or "split"'])
    expect(ofRoute({ forward: 'shop' })).toEqual(['routes[0].forward: expected an object, not text'])
  })

  test('two cases at once are told as such', () => {
    expect(ofRoute({ forward: { upstream: 'shop', split: [] } })).toEqual([
      'routes[0].forward.split: cannot stand beside "upstream"',
    ])
  })

  test('a middleware is a reference when it has `ref`, and written out when it has a type', () => {
    expect(ofRoute({ middleware: [{ ref: 'x', answer: 1 }] })).toEqual([
      'routes[0].middleware[0].answer: unknown field; known here: ref',
    ])
    expect(ofRoute({ middleware: [{ type: 'answer', status: 'ok' }] })).toEqual([
      'routes[0].middleware[0].status: expected a whole number, not text',
    ])
    expect(ofRoute({ middleware: [{ type: 'anwser' }] })).toEqual([
      'routes[0].middleware[0].type: expected one of answer, pass, not "anwser"; did you mean "answer"?',
    ])
    expect(ofRoute({ middleware: [{}] })).toEqual(['routes[0].middleware[0]: needs "ref" or "type" (answer, pass)'])
  })
})

describe('hostile values', () => {
  test('names that mean something to JavaScript are refused wherever they stand', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const problems = problemsOf({ routes: [route({ labels: JSON.parse(`{"${name}": "x"}`) })] })
      expect(problems).toEqual([`routes[0].labels.${name}: this name is not allowed`])
      expect(problemsOf(JSON.parse(`{"${name}": {"polluted": true}}`))).toEqual([`${name}: this name is not allowed`])
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test('what no file or database keeps is refused', () => {
    for (const title of ['\0', '\ud800', 'a\udc00']) {
      expect(ofRoute({ title })).toEqual(['routes[0].title: this text contains characters that cannot be kept'])
    }
  })

  test('endless nesting is refused', () => {
    const endless: unknown[] = []
    endless.push(endless)
    expect(problemsOf({ routes: endless })[0]).toMatch(/nested more than 100 deep$/)
  })

  test('what is not JSON is refused', () => {
    for (const value of [new Date(0), () => 1, Symbol('x'), 1n, Number.NaN, new Map()]) {
      expect(parseConfig(testModel, { switchyard: 1, routes: value }).ok).toBe(false)
      expect(parseConfig(testModel, value).ok).toBe(false)
    }
  })
})

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
    const refused = ['listeners[1].port: listener "l0" has this address and port already']
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

describe('one resource', () => {
  test('is parsed by itself: what it refers to is not looked at', () => {
    const parsed = parseResource(testModel, 'routes', route({ forward: { upstream: 'gone' } }))
    expect(parsed).toMatchObject({ ok: true, value: { id: 'shop', enabled: true } })
  })

  test('has problems with paths of its own', () => {
    expect(parseResource(testModel, 'upstreams', upstream({ targets: [{ id: 'a', url: 'http://h:0' }] }))).toEqual({
      ok: false,
      problems: [{ path: 'targets[0].url', message: 'the port must be 1 to 65535' }],
    })
    expect(parseResource(testModel, 'middleware', { id: 'm', type: 'none' })).toMatchObject({
      problems: [{ path: 'type' }],
    })
    expect(parseResource(testModel, 'upstreams', null)).toEqual({
      ok: false,
      problems: [{ path: '', message: 'expected an object, not an empty value' }],
    })
  })
})
