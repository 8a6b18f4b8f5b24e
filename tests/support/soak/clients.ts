/**
 * All the clients of the soak, in one process: requests at a steady rate on connections that stay and on new ones, and
 * beside them WebSockets, events, downloads and uploads. Every answer tells the step of the configuration that served
 * it, which must not be older than the newest that was known to serve when the request began.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { serveParent } from '../children.ts'
import { type Address, type Answer, head, RawConnection } from '../raw-http.ts'
import { Findings } from './findings.ts'
import { certificateAt, type Load } from './plan.ts'
import { download, echo, follow, leave, type Stream, upload } from './streams.ts'

export type ClientQuestion =
  /** Answered when all of it goes on. */
  | {
      readonly type: 'begin'
      readonly web: Address
      readonly secure: Address | undefined
      readonly load: Load
      /** SHA-256 of the certificates that take turns. */
      readonly fingerprints: readonly string[]
    }
  /** The step that every worker serves, and the newest that any may serve. Not answered. */
  | { readonly type: 'steps'; readonly applied: number; readonly published: number }
  /** Answered when all of it has come to its end. */
  | { readonly type: 'end' }

export interface ClientAnswer {
  /** The last request id that was used; they begin with 1 and go on from run to run. */
  readonly lastId: number
  readonly problems: number
  readonly findings: readonly string[]
  readonly keptAlive: number
  readonly fresh: number
  readonly seconds: number
  readonly echoes: number
  readonly events: number
  readonly downloaded: number
  readonly uploaded: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly worst: number
}

let lastId = 0
let applied = 0
let published = 0
let run: Run | undefined

serveParent<ClientQuestion, ClientAnswer>(async (question) => {
  if (question.type === 'steps') {
    applied = question.applied
    published = question.published
    return undefined
  }
  if (question.type === 'begin') {
    run = new Run(question)
    await run.begin()
    return run.result()
  }
  await run?.end()
  if (!run) throw new Error('nothing was begun')
  return run.result()
})

class Run {
  readonly #web: Address
  readonly #secure: Address | undefined
  readonly #load: Load
  readonly #fingerprints: readonly string[]
  readonly #findings = new Findings()
  readonly #idle: RawConnection[] = []
  readonly #latencies: number[] = []
  readonly #streams = { echoes: [], leaving: [], events: [], downloads: [], uploads: [] } as Record<string, Stream[]>
  readonly #underWay = new Set<Promise<void>>()
  #pace: NodeJS.Timeout | undefined
  #began = 0
  #seconds = 0
  #keptAlive = 0
  #fresh = 0
  #ending = false

  constructor({ web, secure, load, fingerprints }: Extract<ClientQuestion, { type: 'begin' }>) {
    this.#web = web
    this.#secure = secure
    this.#load = load
    this.#fingerprints = fingerprints
  }

  async begin(): Promise<void> {
    const { connections, webSockets, leaving, events, downloads, downloadBytes, uploads, uploadBytes, ms } = this.#load
    const findings = this.#findings
    const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))
    await Promise.all(many(connections, (i) => this.#open(i)))
    this.#streams['echoes'] = await Promise.all(many(webSockets, (i) => echo(this.#web, findings, `WebSocket ${i}`)))
    this.#streams['leaving'] = await Promise.all(many(leaving, (i) => leave(this.#web, findings, `leaving ${i}`)))
    this.#streams['events'] = many(events, (i) => follow(this.#web, findings, `events ${i}`))
    this.#streams['downloads'] = many(downloads, (i) =>
      download(this.#web, findings, `download ${i}`, downloadBytes + i, ms),
    )
    this.#streams['uploads'] = many(uploads, (i) =>
      upload(this.#web, findings, `upload ${i}`, ++lastId, { bytes: uploadBytes + i, ms }),
    )
    this.#began = performance.now()
    this.#pace = setInterval(() => this.#send(), 5)
  }

  async end(): Promise<void> {
    clearInterval(this.#pace)
    this.#seconds = (performance.now() - this.#began) / 1000
    for (const deadline = Date.now() + 10_000; this.#underWay.size > 0 && Date.now() < deadline; ) await sleep(10)
    if (this.#underWay.size > 0) this.#findings.add('requests', `${this.#underWay.size} without an answer for 10 s`)
    const streams = Object.values(this.#streams).flat()
    for (const stream of streams) stream.end()
    const late = sleep(60_000, 'late', { ref: false })
    if ((await Promise.race([Promise.all(streams.map((stream) => stream.finished)), late])) === 'late') {
      this.#findings.add('streams', 'not finished a minute after their time')
    }
    this.#ending = true
    for (const connection of this.#idle) connection.destroy()
  }

  result(): ClientAnswer {
    const sorted = this.#latencies.sort((a, b) => a - b)
    const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10
    const sum = (kind: string) => (this.#streams[kind] ?? []).reduce((all, stream) => all + stream.progress, 0)
    return {
      lastId,
      problems: this.#findings.count,
      findings: this.#findings.list,
      keptAlive: this.#keptAlive,
      fresh: this.#fresh,
      seconds: this.#seconds,
      echoes: sum('echoes'),
      events: sum('events'),
      downloaded: sum('downloads'),
      uploaded: sum('uploads'),
      p50: at(0.5),
      p99: at(0.99),
      worst: at(1),
    }
  }

  /** A connection that must stay open; one in five speaks TLS. */
  async #open(index: number): Promise<void> {
    const connection = new RawConnection(this.#addressOf(index), (error) => {
      if (!this.#ending) this.#findings.add('a connection that was to stay', error)
    })
    await connection.opened
    this.#idle.push(connection)
  }

  #addressOf(index: number): Address {
    return this.#secure && index % 5 === 0 ? this.#secure : this.#web
  }

  /** What is due by now. A request waits for no answer but those of its own connection. */
  #send(): void {
    const seconds = (performance.now() - this.#began) / 1000
    const { keptAlivePerSecond, freshPerSecond } = this.#load
    while (this.#keptAlive < seconds * keptAlivePerSecond) {
      const connection = this.#idle.shift()
      if (!connection) break
      this.#keptAlive++
      this.#follow(this.#ask(connection).then(() => void this.#idle.push(connection)))
    }
    while (this.#fresh < seconds * freshPerSecond) {
      this.#fresh++
      this.#follow(this.#askOnce(this.#fresh))
    }
  }

  #follow(request: Promise<void>): void {
    const noted: Promise<void> = request
      .catch((error) => this.#findings.add('a request', error))
      .finally(() => this.#underWay.delete(noted))
    this.#underWay.add(noted)
  }

  /** A request on a connection that may have served others. Every tenth has a body, by turns with a length and chunked. */
  async #ask(connection: RawConnection, fields: Record<string, string> = {}): Promise<void> {
    const id = ++lastId
    const oldest = applied
    const began = performance.now()
    const common = { 'x-soak-id': id, ...fields }
    let request = head('GET', `/shop?key=${id}`, common)
    if (id % 20 === 0) request = `${head('POST', '/shop', { ...common, 'content-length': 5 })}hello`
    else if (id % 10 === 0) {
      request = `${head('POST', '/shop', { ...common, 'transfer-encoding': 'chunked' })}5\r\nhello\r\n0\r\n\r\n`
    }
    const answer = await connection.request(request)
    this.#latencies.push(performance.now() - began)
    this.#check(answer, id, oldest)
  }

  async #askOnce(index: number): Promise<void> {
    const address = this.#addressOf(index)
    const oldest = applied
    const connection = new RawConnection(address)
    try {
      await connection.opened
      const shown = address.tls ? connection.peer : undefined
      await this.#ask(connection, index % 2 === 0 ? { connection: 'close' } : {})
      if (shown !== undefined) this.#checkCertificate(shown, oldest)
    } finally {
      connection.destroy()
    }
  }

  #check({ status, headers, body }: Answer, id: number, oldest: number): void {
    const expected = id % 10 === 0 ? helloSum : String(id)
    if (status !== 200) throw new Error(`answered ${status} ${body.toString('latin1', 0, 200)}`)
    if (body.toString() !== expected) throw new Error(`the body is ${body.toString('latin1', 0, 200)}, not ${expected}`)
    const step = Number(headers['x-step'])
    if (!(step >= oldest)) throw new Error(`served by step ${headers['x-step']} when ${oldest} was applied`)
  }

  #checkCertificate(fingerprint: string, oldest: number): void {
    const allowed = new Set<string | undefined>()
    for (let step = oldest; step <= Math.max(published, oldest); step++) {
      allowed.add(this.#fingerprints[certificateAt(step)])
    }
    if (!allowed.has(fingerprint)) this.#findings.add('a certificate', `older than step ${oldest}`)
  }
}

/** SHA-256 of `hello`, which backends answer. */
const helloSum = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
