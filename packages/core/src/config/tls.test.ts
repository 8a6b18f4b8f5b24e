import { describe, expect, test } from 'vitest'
import { ofListeners, ofRoute, ofUpstream, problemsOf, upstream } from './testing/problems-of.ts'

const pem = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n'
const web = { id: 'web', certificate: pem, key: { secret: 'web-key' } }
const ofCertificate = (fields: object) => problemsOf({ certificates: [{ ...web, ...fields }] })

describe('certificates', () => {
  test('stand in the document or in a file of the node', () => {
    expect(ofCertificate({})).toEqual([])
    expect(ofCertificate({ certificate: { file: '/etc/web.pem' } })).toEqual([])
    expect(ofCertificate({ certificate: { flie: 'x' } })[0]).toBe(
      'certificates[0].certificate.file: required; write text',
    )
    expect(ofCertificate({ certificate: 7 })).toEqual([
      'certificates[0].certificate: expected text or an object with "file", not 7',
    ])
    expect(ofCertificate({ certificate: undefined })).toEqual([
      'certificates[0].certificate: required; write text or an object with "file"',
    ])
    expect(ofCertificate({ certificate: 'shop.example.com' })).toEqual([
      'certificates[0].certificate: write a certificate in PEM form; it begins with -----BEGIN CERTIFICATE-----',
    ])
  })

  test('keys never stand in the document, and one that is pasted is not repeated', () => {
    const pasted = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n'
    const places = [{ certificate: pasted }, { key: pasted }, { key: { secret: pasted } }, { key: { env: pasted } }]
    const told = places.flatMap((place) => ofCertificate(place))
    expect(told).toEqual([
      'certificates[0].certificate: a private key stands here; take it out and say in the key of the certificate where it is',
      'certificates[0].key: expected an object, not text; needs "secret" or "file" or "env"',
      'certificates[0].key.secret: use lower-case letters, digits and dashes, 63 at most',
      'certificates[0].key.env: write the name of an environment variable',
    ])
  })

  test('a key is in exactly one place', () => {
    for (const key of [{ secret: 'a' }, { file: 'web.key' }, { env: 'WEB_KEY' }])
      expect(ofCertificate({ key })).toEqual([])
    expect(ofCertificate({ key: {} })).toEqual(['certificates[0].key: needs "secret" or "file" or "env"'])
    expect(ofCertificate({ key: { secret: 'a', file: 'b' } })).toEqual([
      'certificates[0].key.file: cannot stand beside "secret"',
    ])
  })
})

describe('listeners', () => {
  const listening = (fields: object) =>
    problemsOf({ certificates: [web], listeners: [{ id: 'l', port: 443, ...fields }] })

  test('https needs a certificate that is there', () => {
    expect(listening({ protocol: 'https', tls: { certificates: ['web'], minVersion: 'TLSv1.3' } })).toEqual([])
    const refused = ['listeners[0].tls.certificates: name at least one certificate; https needs one']
    expect(listening({ protocol: 'https' })).toEqual(refused)
    expect(listening({ protocol: 'https', tls: { certificates: [] } })).toEqual(refused)
    expect(listening({ protocol: 'https', tls: { certificates: ['wbe'] } })).toEqual([
      'listeners[0].tls.certificates[0]: there is no certificate "wbe"; did you mean "web"?',
    ])
  })

  test('certificates on a port that speaks http are a mistake: it would serve without TLS', () => {
    expect(listening({ tls: { certificates: ['web'] } })).toEqual([
      'listeners[0].tls.certificates: this listener speaks http, which has no certificates; set protocol to https, or take them out',
    ])
  })

  test('only versions that are safe may be chosen', () => {
    expect(listening({ protocol: 'https', tls: { certificates: ['web'], minVersion: 'TLSv1.1' } })).toEqual([
      expect.stringContaining('listeners[0].tls.minVersion: expected one of TLSv1.2, TLSv1.3'),
    ])
    expect(ofListeners({ port: 1, paths: { encodedSeparators: 'keep', mergeSlashes: false } })).toEqual([])
  })
})

describe('upstreams', () => {
  test('their authorities are certificates, and their client certificate is there', () => {
    expect(ofUpstream({ tls: { ca: pem, verify: false, serverName: 'app.internal' } })).toEqual([])
    expect(ofUpstream({ tls: { ca: 'x' } })[0]).toMatch(/^upstreams\[0\]\.tls\.ca: write a certificate in PEM form/)
    expect(ofUpstream({ tls: { certificate: 'web' } })).toEqual([
      'upstreams[0].tls.certificate: there is no certificate "web"',
    ])
    expect(problemsOf({ certificates: [web], upstreams: [upstream({ tls: { certificate: 'web' } })] })).toEqual([])
    expect(ofUpstream({ tls: { serverName: '-x' } })).toEqual([
      'upstreams[0].tls.serverName: write a host name, such as app.internal',
    ])
  })

  test('statuses to retry are those of errors', () => {
    expect(ofUpstream({ retries: { onStatus: [429, 503] } })).toEqual([])
    expect(ofUpstream({ retries: { onStatus: [200] } })).toEqual(['upstreams[0].retries.onStatus[0]: at least 400'])
  })
})

describe('routes', () => {
  test('override the time-outs and retries of the upstream in part', () => {
    expect(ofRoute({ timeouts: { tlsMs: 1 }, retries: { bodyBytes: 0 } })).toEqual([])
    expect(ofRoute({ timeouts: { connectMs: 0 } })).toEqual(['routes[0].timeouts.connectMs: at least 1'])
    expect(ofRoute({ retries: { attempt: 2 } })).toEqual([
      'routes[0].retries.attempt: unknown field; did you mean "attempts"?',
    ])
  })

  test.each(['h2c', 'h2', 'h3', 'http', 'http/2.0', 'https', 'tls/1.2', 'tls'])('never switch to %s', (protocol) => {
    expect(ofRoute({ upgrades: ['websocket', protocol] })).toEqual([
      expect.stringMatching(/^routes\[0\]\.upgrades\[1\]: .*never switched to/),
    ])
  })

  test('name the protocols that may be switched to, or none', () => {
    for (const upgrades of [[], ['websocket'], ['irc/6.9', 'rta/x11', 'tcp', 'connect-udp', 'h-own', 'httpx']]) {
      expect(ofRoute({ upgrades })).toEqual([])
    }
    expect(ofRoute({ upgrades: ['WebSocket'] })).toEqual([
      'routes[0].upgrades[0]: write the name of a protocol in lower case, such as websocket',
    ])
    expect(ofRoute({ upgrades: ['a,b'] })).toHaveLength(1)
  })
})
