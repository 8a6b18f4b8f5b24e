import { describe, expect, test } from 'vitest'
import { parseConfig, parseResource } from './parse.ts'
import { ofListeners, ofRoute, ofUpstream, problemsOf, route, upstream } from './testing/problems-of.ts'
import { testModel } from './testing/test-model.ts'

describe('fields', () => {
  test('an empty document is valid, and every default is filled in', () => {
    expect(parseConfig(testModel, { switchyard: 1 })).toEqual({
      ok: true,
      value: { switchyard: 1, listeners: [], upstreams: [], routes: [], middleware: [], certificates: [] },
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

  test('0 turns off what a client is limited to, but not the bounds of a head', () => {
    const limits = { connections: 0, connectionsPerClient: 0, requestsPerConnection: 0 }
    const timeouts = { headersMs: 0, idleMs: 0, bodyIdleMs: 0 }
    expect(problemsOf({ listeners: [{ id: 'web', port: 80, limits, timeouts }] })).toEqual([])
    expect(problemsOf({ listeners: [{ id: 'web', port: 80, limits: { headerBytes: 0 } }] })).toEqual([
      'listeners[0].limits.headerBytes: at least 1024',
    ])
  })

  test('what a field says of its own form is said', () => {
    expect(ofRoute({ id: 'Shop' })).toContain('routes[0].id: use lower-case letters, digits and dashes, 63 at most')
    expect(ofListeners({ address: 'localhost', port: 1 })).toEqual([
      'listeners[0].address: write an IP address, such as 0.0.0.0 or ::',
    ])
  })

  test('a wrong choice lists the choices', () => {
    expect(ofListeners({ port: 1, protocol: 'htp' })).toEqual([
      'listeners[0].protocol: expected one of http, https, not "htp"; did you mean "http"?',
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
    expect(ofRoute({ forward: 'shop' })).toEqual([
      'routes[0].forward: expected an object, not text; needs "upstream" or "split"',
    ])
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
