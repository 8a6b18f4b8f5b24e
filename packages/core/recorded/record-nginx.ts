/**
 * Asks a real nginx where it sends each of many requests, so that our balancers can be compared with it.
 *
 *     npx tsx packages/core/recorded/record-nginx.ts      writes nginx.recorded.json beside this file
 *
 * Needs nginx on the path, loopback addresses 127.0.0.2 to 127.0.0.9, and the right to listen on port 80 (servers
 * without a port). The nginx is our own, with a folder of its own, and ends with this.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { deflateRawSync } from 'node:zlib'
import { addressesWithPort80, freePorts } from './free-ports.ts'
import { configuration } from './nginx-configuration.ts'
import { nginxVersion, type RunningNginx, startNginx } from './nginx-process.ts'
import { type Case, heads, keyAt, type Place, turnings, turns, type Weighting, weightings } from './weightings.ts'

/** What is recorded: where requests went, and what nginx read from their heads. */
export interface Recording {
  /** The version of nginx. */
  nginx: string
  cases: RecordedCase[]
  /** The parameter `user` and the cookie `session` as nginx reads them. */
  heads: { url: string; cookie: string; user: string; session: string }[]
}

export interface RecordedCase extends Case<string> {
  /** Per request the indexes of the servers tried, in base 36; joined with spaces, deflated, in base64. */
  answers: string
}

const keyCount = 10_000

/** Records everything anew; takes some ten seconds. Without the right to port 80, servers without a port are left out. */
export async function record(): Promise<Recording> {
  for (let attempt = 1; ; attempt++) {
    const [front = 0, ...ports] = await freePorts(11)
    const cases = await placeCases(ports)
    try {
      const nginx = await startNginx(front, (folder) => configuration(folder, front, cases))
      return await recordFrom(nginx, cases)
    } catch (error) {
      // Somebody else may have taken a port between our finding it free and nginx listening on it.
      if (attempt === 3) throw error
    }
  }
}

async function placeCases(ports: readonly number[]): Promise<Case<string>[]> {
  const extra: Weighting<Place>[] = []
  const bare = await addressesWithPort80(['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.5', '[::1]'])
  if (bare.length > 1) {
    const listed = [...bare.slice(0, 2), ...bare.slice(-1), 0, 1, `127.0.0.9:${ports[2]}`]
    extra.push({ servers: listed.map((address, n) => ({ address, weight: 1 + (n % 3) })) })
  }
  const cases: Case<Place>[] = [
    ...(['hash', 'consistent-hash'] as const).flatMap((type) => weightings(extra).map((each) => ({ type, ...each }))),
    ...turnings().map((each) => ({ type: 'weighted-round-robin' as const, ...each })),
  ]
  return cases.map(({ servers, ...rest }) => ({
    ...rest,
    servers: servers.map(({ address, ...server }) => ({
      address: typeof address === 'number' ? `127.0.0.1:${ports[address]}` : address,
      ...server,
    })),
  }))
}

async function recordFrom(nginx: RunningNginx, cases: readonly Case<string>[]): Promise<Recording> {
  try {
    const answered: RecordedCase[] = []
    for (const [index, each] of cases.entries()) {
      const answers = (await nginx.ask(requestsOf(each, index))).map((tried) => indexesOf(tried, each))
      answered.push({ ...each, answers: deflateRawSync(answers.join(' '), { level: 9 }).toString('base64') })
    }
    const read = await nginx.ask(
      heads.map(([url, cookie]) => `GET ${url} HTTP/1.1\r\nhost: a\r\ncookie: ${cookie}\r\n\r\n`),
    )
    return {
      nginx: nginxVersion() ?? '',
      cases: answered,
      heads: heads.map(([url, cookie], n) => {
        const [, user = '', session = ''] = /^<(.*)><(.*)>$/.exec(read[n] ?? '') ?? []
        return { url, cookie, user, session }
      }),
    }
  } finally {
    await nginx.stop()
  }
}

function requestsOf({ type, failing }: Case<string>, index: number): string[] {
  const count = type === 'weighted-round-robin' ? (failing?.length ?? turns) : keyCount
  return Array.from({ length: count }, (_, n) => {
    const fails = failing?.[n % failing.length] ?? -1
    return `GET /${index} HTTP/1.1\r\nhost: a\r\nx-key: ${keyAt(n)}\r\nx-fail: ${fails}\r\n\r\n`
  })
}

/** From the addresses that nginx says it tried, separated by commas. A server listed twice counts as the first. */
function indexesOf(tried: string, { servers }: Case<string>): string {
  const addresses = servers.map(({ address }) => (/:\d+$/.test(address) ? address : `${address}:80`))
  const indexes = tried.split(', ').map((address) => addresses.indexOf(address))
  if (indexes.includes(-1)) throw new Error(`nginx went somewhere else: ${tried}`)
  return indexes.map((index) => index.toString(36)).join('')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { nginx, cases, heads } = await record()
  const lines = (items: object[]) => items.map((item) => JSON.stringify(item)).join(',\n')
  writeFileSync(
    fileURLToPath(new URL('nginx.recorded.json', import.meta.url)),
    `{"nginx":"${nginx}","cases":[\n${lines(cases)}\n],"heads":[\n${lines(heads)}\n]}\n`,
  )
}
