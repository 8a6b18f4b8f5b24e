import { shopCertificate } from '../certificate.ts'

/** A configuration document as people write it, open enough to be made wrong. */
// biome-ignore lint/suspicious/noExplicitAny: what is made wrong has no type.
export type Draft = any

/** What is right before something is made wrong: one of everything that tests need, on a free port. */
export const rightDocument = (backend: string, page = 'page'): Draft => ({
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
  upstreams: [
    { id: 'shop', targets: [{ id: 'a', url: backend }] },
    { id: 'spare', targets: [{ id: 'a', url: backend }] },
  ],
  routes: [
    { id: 'shop', match: { path: { type: 'prefix', value: '/shop' } }, forward: { upstream: 'shop' } },
    { id: 'page', middleware: [{ type: 'respond', body: page }] },
  ],
  middleware: [{ id: 'shared', type: 'headers', response: { set: { 'x-shared': 'yes' } } }],
})

/** A document that is wrong by its content: said at `path`, in words that hold `reason`. */
export interface WrongDocument {
  readonly name: string
  readonly path: string
  readonly reason: RegExp
  make(document: Draft): void
}

/** A text that is wrong before it is a document. */
export interface WrongText {
  readonly name: string
  readonly format: 'yaml' | 'json'
  readonly path: string
  readonly reason: RegExp
  readonly text: string
}

const wrong = (name: string, path: string, reason: RegExp, make: (document: Draft) => void): WrongDocument => ({
  name,
  path,
  reason,
  make,
})
const ofTarget = (name: string, field: string, reason: RegExp, value: unknown) =>
  wrong(`${field} of a target that is ${name}`, `upstreams[0].targets[0].${field}`, reason, (d) => {
    d.upstreams[0].targets[0][field] = value
  })
const ofUpstream = (name: string, path: string, reason: RegExp, fields: object) =>
  wrong(name, `upstreams[0].${path}`, reason, (d) => Object.assign(d.upstreams[0], fields))
const ofRoute = (name: string, path: string, reason: RegExp, fields: object) =>
  wrong(name, `routes[0].${path}`, reason, (d) => Object.assign(d.routes[0], fields))
const withMiddleware = (name: string, path: string, reason: RegExp, middleware: object) =>
  wrong(name, `routes[1].middleware[0]${path}`, reason, (d) => {
    d.routes[1].middleware.unshift(middleware)
  })
const ofListener = (name: string, path: string, reason: RegExp, fields: object) =>
  wrong(name, `listeners[0].${path}`, reason, (d) => Object.assign(d.listeners[0], fields))
const withPattern = (name: string, reason: RegExp, value: string) =>
  ofRoute(name, 'match.path.value', reason, { match: { path: { type: 'regex', value } } })
const withCertificate = (name: string, path: string, reason: RegExp, certificate: object) =>
  wrong(name, `certificates[0].${path}`, reason, (d) => {
    d.certificates = [{ id: 'web', key: { env: 'WEB_KEY' }, ...certificate }]
  })

const nested = (levels: number): object => {
  let inside: object = {}
  for (let i = 0; i < levels; i++) inside = { a: inside }
  return inside
}
const { certificate } = shopCertificate

export const wrongDocuments: readonly WrongDocument[] = [
  // References and ids.
  ofRoute('an upstream that is not there', 'forward.upstream', /no upstream "shopp"; did you mean "shop"/, {
    forward: { upstream: 'shopp' },
  }),
  ofRoute('a part of a split that is not there', 'forward.split[1].upstream', /no upstream/, {
    forward: { split: [{ upstream: 'shop' }, { upstream: 'gone' }] },
  }),
  ofRoute('a listener that is not there', 'match.listeners[0]', /no listener "wep"; did you mean "web"/, {
    match: { listeners: ['wep'] },
  }),
  withMiddleware('a shared middleware that is not there', '.ref', /no middleware/, { ref: 'gone' }),
  ofListener('a certificate that is not there', 'tls.certificates[0]', /no certificate/, {
    protocol: 'https',
    tls: { certificates: ['gone'] },
  }),
  ofUpstream('a client certificate that is not there', 'tls.certificate', /no certificate/, {
    tls: { certificate: 'gone' },
  }),
  ofUpstream('a stand-in that is not there', 'whenNoneEligible.upstream', /no upstream/, {
    whenNoneEligible: { upstream: 'gone' },
  }),
  ofUpstream('an upstream that stands in for itself', 'whenNoneEligible.upstream', /leads back/, {
    whenNoneEligible: { upstream: 'shop' },
  }),
  wrong('two upstreams that stand in for each other', 'upstreams[1].whenNoneEligible.upstream', /leads back/, (d) => {
    d.upstreams[0].whenNoneEligible = { upstream: 'spare' }
    d.upstreams[1].whenNoneEligible = { upstream: 'shop' }
  }),
  wrong('two upstreams of one id', 'upstreams[1].id', /is the id of entry 0 already/, (d) => {
    d.upstreams[1].id = 'shop'
  }),
  wrong('two routes of one id', 'routes[1].id', /already/, (d) => {
    d.routes[1].id = 'shop'
  }),
  wrong('two targets of one id', 'upstreams[0].targets[1].id', /already/, (d) => {
    d.upstreams[0].targets.push({ ...d.upstreams[0].targets[0] })
  }),
  wrong('an id in capitals', 'upstreams[1].id', /lower-case|letters/i, (d) => {
    d.upstreams[1].id = 'Spare'
  }),
  wrong('no id', 'routes[1].id', /required/, (d) => {
    delete d.routes[1].id
  }),
  // Routes.
  wrong('a route with nothing that answers', 'routes[1].forward', /required, since no middleware/, (d) => {
    d.routes[1].middleware = []
  }),
  ofRoute('a split without weight', 'forward.split', /weight above 0/, {
    forward: { split: [{ upstream: 'shop', weight: 0 }] },
  }),
  ofRoute('an empty split', 'forward.split', /at least 1 entry/, { forward: { split: [] } }),
  ofRoute('two ways to forward', 'forward.split', /cannot stand beside|unknown/, {
    forward: { upstream: 'shop', split: [{ upstream: 'shop' }] },
  }),
  ofRoute('a path that does not begin with /', 'match.path.value', /begin with \//, {
    match: { path: { type: 'prefix', value: 'api' } },
  }),
  ofRoute('a path that climbs above the root', 'match.path.value', /climbs/, {
    match: { path: { type: 'exact', value: '/../etc' } },
  }),
  ofRoute('a host with a port', 'match.hosts[0]', /without a port/, { match: { hosts: ['shop.example.com:80'] } }),
  ofRoute('no hosts at all', 'match.hosts', /at least 1 entry/, { match: { hosts: [] } }),
  ofRoute('a method in small letters', 'match.methods[0]', /capitals/, { match: { methods: ['get'] } }),
  ofRoute('a kind of match that is not there', 'match.path.type', /did you mean "prefix"/, {
    match: { path: { type: 'prefx', value: '/' } },
  }),
  ofRoute('a header condition with a line end in its name', 'match.headers[0].name', /header name/, {
    match: { headers: [{ name: 'x-a\r\nx-b', type: 'present' }] },
  }),
  ofRoute('a protocol that carries requests', 'upgrades[0]', /never switched to/, { upgrades: ['h2c'] }),
  // Expressions.
  withPattern('an expression that looks ahead', /not an RE2 expression/, '(?=a)b'),
  withPattern('an expression that refers back', /not an RE2 expression/, '(a)\\1'),
  withPattern('an expression with no end', /not an RE2 expression/, '/v[0-9'),
  withPattern('an expression that is far too large', /too large/, 'a{1000}'.repeat(290)),
  withPattern('repetitions inside repetitions', /repeat count/, '((a{100}){100}){100}'),
  withPattern('an expression nested without end', /nests too deeply/, `${'('.repeat(1000)}${')'.repeat(1000)}`),
  withPattern('a text that is too long', /at most 2048/, 'a'.repeat(3000)),
  // Weights and numbers.
  ofTarget('negative', 'weight', /at least 0/, -1),
  ofTarget('huge', 'weight', /at most 65535/, 70_000),
  ofTarget('beyond what is counted', 'weight', /at most|whole number/, 1e300),
  ofTarget('a fraction', 'weight', /whole number/, 1.5),
  ofTarget('text', 'weight', /expected a whole number, not text/, '5'),
  ofTarget('nothing', 'weight', /not an empty value/, null),
  ofTarget('a number', 'enabled', /true or false/, 1),
  ofTarget('beyond its range', 'tier', /at most 9/, 10),
  // Addresses of targets.
  ofTarget('of another scheme', 'url', /write a URL/, 'ftp://10.0.0.1'),
  ofTarget('with a user', 'url', /write a URL/, 'http://user:secret@10.0.0.1'),
  ofTarget('with a query', 'url', /write a URL/, 'http://10.0.0.1/?a=b'),
  ofTarget('at port 0', 'url', /port must be/, 'http://10.0.0.1:0'),
  ofTarget('at a port beyond ports', 'url', /port must be/, 'http://10.0.0.1:70000'),
  ofTarget('an address in octal', 'url', /IPv4 address in full/, 'http://0251.0376.0251.0376'),
  ofTarget('an address as one number', 'url', /IPv4 address in full/, 'http://2852039166'),
  ofTarget('with a line end', 'url', /write a URL/, 'http://10.0.0.1/\r\nx: y'),
  // Upstreams.
  ofUpstream('a strategy that is not there', 'strategy.type', /did you mean "least-requests"/, {
    strategy: { type: 'least-request' },
  }),
  ofUpstream('a strategy that hashes, without a key', 'strategy.key', /required/, {
    strategy: { type: 'consistent-hash' },
  }),
  ofUpstream('an option of another strategy', 'strategy.maxFails', /unknown field/, {
    strategy: { type: 'random', maxFails: 1 },
  }),
  wrong('more points than a ring may have', 'upstreams[0].strategy', /points|weight/, (d) => {
    d.upstreams[0].strategy = { type: 'consistent-hash', key: { from: 'path' } }
    d.upstreams[0].targets = Array.from({ length: 20 }, (_, i) => ({
      id: `t${i}`,
      url: 'http://10.0.0.1',
      weight: 65_535,
    }))
  }),
  ofUpstream('probes more often than may be', 'health.active.intervalMs', /at least 100/, {
    health: { active: { intervalMs: 1 } },
  }),
  ofUpstream('a status that is none', 'health.active.expectStatus[0]', /write a status/, {
    health: { active: { expectStatus: ['999'] } },
  }),
  ofUpstream('a line end in what probes send', 'health.active.headers.x-a', /visible characters/, {
    health: { active: { headers: { 'x-a': 'a\r\nx-b: c' } } },
  }),
  ofUpstream('a longest time out below the first', 'health.passive.maxEjectMs', /below ejectMs/, {
    health: { passive: { ejectMs: 1000, maxEjectMs: 10 } },
  }),
  ofUpstream('more than all of them out', 'health.passive.maxEjectedPercent', /at most 100/, {
    health: { passive: { maxEjectedPercent: 101 } },
  }),
  ofUpstream('a name of a cookie that would end it', 'affinity.name', /name such as/, {
    affinity: { type: 'cookie', name: 'a; path=/' },
  }),
  ofUpstream('a cookie that browsers drop', 'affinity.secure', /not secure/, {
    affinity: { type: 'cookie', sameSite: 'none' },
  }),
  ofUpstream('a breaker beyond its range', 'breaker.failurePercent', /at most 100/, {
    breaker: { failurePercent: 200 },
  }),
  ofUpstream('a slow start that begins with nothing', 'slowStart.minPercent', /at least 1/, {
    slowStart: { minPercent: 0 },
  }),
  ofUpstream('retries without end', 'retries.attempts', /at most 10/, { retries: { attempts: 1000 } }),
  ofUpstream('a time of a day and more', 'timeouts.responseMs', /at most 86400000/, {
    timeouts: { responseMs: 1e12 },
  }),
  ofUpstream('a line end in a fixed host', 'host.value', /write a host/, {
    host: { type: 'fixed', value: 'a\r\nx: b' },
  }),
  ofUpstream('authorities that are none', 'tls.ca', /PEM/, { tls: { ca: 'trust me' } }),
  // Listeners.
  ofListener('a port beyond ports', 'port', /at most 65535/, { port: 65_536 }),
  ofListener('a port that is text', 'port', /whole number/, { port: '8080' }),
  ofListener('an address that is a name', 'address', /IP address/, { address: 'localhost' }),
  ofListener('a protocol that is not there', 'protocol', /one of http, https/, { protocol: 'gopher' }),
  ofListener('https without a certificate', 'tls.certificates', /at least one certificate/, { protocol: 'https' }),
  ofListener('a range of proxies that is none', 'trustedProxies[0]', /range/, { trustedProxies: ['10.0.0.0/99'] }),
  ofListener('a head without bound', 'limits.headerBytes', /at most 1048576/, { limits: { headerBytes: 1e9 } }),
  wrong('two listeners at one place', 'listeners[1].port', /as well/, (d) => {
    d.listeners = [
      { id: 'web', address: '127.0.0.1', port: 18_080 },
      { id: 'two', address: '127.0.0.1', port: 18_080 },
    ]
  }),
  // Middleware.
  withMiddleware('a line end in a header value', '.response.set.x-a', /one line/, {
    type: 'headers',
    response: { set: { 'x-a': 'a\r\nset-cookie: b' } },
  }),
  withMiddleware('a header that frames the message', '.response.set.content-length', /by the node itself/, {
    type: 'headers',
    response: { set: { 'content-length': '5' } },
  }),
  withMiddleware('two hosts', '.request.add.host', /one host/, { type: 'headers', request: { add: { host: 'a' } } }),
  withMiddleware('a middleware that is not there', '.type', /did you mean "rewrite"/, { type: 'rewrit', path: '/' }),
  withMiddleware('two ways to rewrite', '', /exactly one of/, { type: 'rewrite', path: '/', addPrefix: '/a' }),
  withMiddleware('a replacement for a group that is not there', '.regex.replacement', /group/, {
    type: 'rewrite',
    regex: { pattern: '/(a)', replacement: '$2' },
  }),
  withMiddleware('a redirect with a line end', '.to', /URL or a path/, { type: 'redirect', to: '/a\r\nx: y' }),
  withMiddleware('a status that is no answer', '.status', /at least 200/, { type: 'respond', status: 101 }),
  // Certificates.
  withCertificate('a certificate that is cut short', 'certificate', /copy the certificate whole/, {
    certificate: certificate.slice(0, 300),
  }),
  withCertificate('a certificate that is damaged', 'certificate', /damaged/, {
    certificate: certificate.replace('MII', 'MIA'),
  }),
  withCertificate('a private key in its place', 'certificate', /private key stands here/, {
    certificate: '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n',
  }),
  withCertificate('a key in the document', 'key', /expected an object/, { certificate, key: 'MIIB' }),
  withCertificate('a secret with two places', 'key.env', /cannot stand beside|unknown/, {
    certificate,
    key: { file: 'a.pem', env: 'A' },
  }),
  // Shapes.
  wrong('a field that is nearly right', 'upstreams[0].targets[0].wieght', /did you mean "weight"/, (d) => {
    d.upstreams[0].targets[0].wieght = 1
  }),
  wrong('a field of nothing known', 'colour', /unknown field/, (d) => {
    d.colour = 'red'
  }),
  wrong('a list in the place of an object', 'routes[0].match', /not a list/, (d) => {
    d.routes[0].match = []
  }),
  wrong('an object in the place of a list', 'routes', /expected a list, not an object/, (d) => {
    d.routes = {}
  }),
  wrong('text in the place of a resource', 'routes[1]', /expected an object, not text/, (d) => {
    d.routes[1] = 'page'
  }),
  wrong('a format of the future', 'switchyard', /expected 1/, (d) => {
    d.switchyard = 2
  }),
  wrong('no format', 'switchyard', /required/, (d) => {
    delete d.switchyard
  }),
  wrong('a name that reaches into JavaScript', 'upstreams[0].labels.constructor', /not allowed/, (d) => {
    d.upstreams[0].labels = JSON.parse('{ "constructor": "x" }')
  }),
  wrong('another such name', 'routes[0].__proto__', /not allowed/, (d) => {
    Object.defineProperty(d.routes[0], '__proto__', { value: { enabled: false }, enumerable: true })
  }),
  wrong('1,000 levels', '', /nested more than 100 deep/, (d) => {
    d.upstreams[0].labels = nested(1000)
  }),
  wrong('a NUL', 'routes[0].title', /cannot be kept/, (d) => {
    d.routes[0].title = 'a\0b'
  }),
  wrong('half a character', 'routes[0].title', /cannot be kept/, (d) => {
    d.routes[0].title = 'a\ud800'
  }),
  wrong('100,000 things wrong', 'upstreams[0].labels.k0', /expected text/, (d) => {
    d.upstreams[0].labels = Object.fromEntries(Array.from({ length: 150_000 }, (_, i) => [`k${i}`, i]))
  }),
]

const yaml = (name: string, path: string, reason: RegExp, text: string): WrongText => ({
  name,
  format: 'yaml',
  path,
  reason,
  text,
})
const json = (name: string, path: string, reason: RegExp, text: string): WrongText => ({
  name,
  format: 'json',
  path,
  reason,
  text,
})

/** Names that stand for ten of the one before: a billion values, from a few lines. */
const bomb = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`)

export const wrongTexts: readonly WrongText[] = [
  yaml('nothing', '', /expected an object/, ''),
  yaml('prose', '', /expected an object/, 'this is not a configuration'),
  yaml('brackets that do not close', '', /not YAML/, 'switchyard: 1\nroutes: ['),
  yaml('tabs for spaces', '', /not YAML/, 'switchyard: 1\nroutes:\n\t- id: a\n'),
  yaml('a key that stands twice', 'routes', /stands twice/, 'switchyard: 1\nroutes: []\nroutes: []\n'),
  yaml('a tag', 'switchyard', /tags are not allowed/, 'switchyard: !!int 1\n'),
  yaml('a tag of a program', 'routes', /tags are not allowed/, 'switchyard: 1\nroutes: !!js/function "x"\n'),
  yaml('a merge key', '["<<"]', /unknown field/, 'switchyard: 1\n<<: { routes: [] }\n'),
  yaml('a bomb of aliases', 'l4[2]', /stand for too much/, `switchyard: 1\nl0: &l0 [x, x]\n${bomb.join('\n')}\n`),
  yaml('an alias inside itself', 'routes[0]', /inside itself/, 'switchyard: 1\nroutes: &r [*r]\n'),
  yaml('an alias for nothing', 'routes', /no anchor &gone/, 'switchyard: 1\nroutes: *gone\n'),
  yaml('two documents', '', /only one document/, 'switchyard: 1\n---\nswitchyard: 1\n'),
  yaml('__proto__', '__proto__', /not allowed/, 'switchyard: 1\n__proto__: { routes: [] }\n'),
  yaml('a key that is a list', '', /not YAML/, 'switchyard: 1\n[a]: b\n'),
  yaml(
    '1,000 levels',
    '',
    /nested more than 100 deep/,
    `switchyard: 1\nroutes: ${'['.repeat(1000)}${']'.repeat(1000)}\n`,
  ),
  yaml('infinity', 'listeners[0].port', /number/, 'switchyard: 1\nlisteners: [{ id: a, port: .inf }]\n'),
  json('half a text', '', /not JSON/, '{"switchyard": 1, "routes": ['),
  json('a comma too many', '', /not JSON/, '{"switchyard": 1,}'),
  json('something behind the end', '', /not JSON/, '{"switchyard": 1} {}'),
  json('a key that stands twice', 'routes', /stands twice/, '{"switchyard": 1, "routes": [], "routes": []}'),
  json('__proto__', '__proto__', /not allowed/, '{"switchyard": 1, "__proto__": {"routes": []}}'),
  json(
    '1,000 levels',
    '',
    /nested more than 100 deep/,
    `{"switchyard": 1, "routes": ${'['.repeat(1000)}${']'.repeat(1000)}}`,
  ),
]
