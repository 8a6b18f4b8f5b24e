import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Log } from '@switchyard/core/middleware/contract'
import { createSetUpCode } from './access/set-up-code.ts'
import { createSignInLimiter } from './access/sign-in-limiter.ts'
import { createCertificateReader } from './certificates/certificate-reader.ts'
import { migrate } from './database/migrate.ts'
import { openDatabase } from './database/open.ts'
import { createDraftReader } from './draft/draft-reader.ts'
import { acceptNodeToken } from './first-start/accept-node-token.ts'
import { makeFirstAdmin } from './first-start/make-first-admin.ts'
import { movePorts } from './first-start/move-ports.ts'
import { seedDocument } from './first-start/seed-document.ts'
import { createEventStore } from './health/event-store.ts'
import { createHealthRegistry } from './health/health-registry.ts'
import { createHttpServer } from './http/create-http-server.ts'
import { openPages } from './http/pages.ts'
import { createNodeRegistry } from './nodes/node-registry.ts'
import type { Options } from './options.ts'
import { createHeadReader } from './revisions/head-reader.ts'
import { openSecretBox } from './secrets/open-secret-box.ts'
import { createSecretReader } from './secrets/secret-reader.ts'
import type { Services } from './services.ts'
import { createSignals } from './signals.ts'
import { createTrafficWindow } from './traffic/traffic-window.ts'

export interface ControlPlane {
  /** Where it answers. */
  readonly url: string
  readonly services: Services
  /** Ends streams, lets calls in hand finish for a moment, closes the database. */
  close(): Promise<void>
  /** Ends now. */
  destroy(): void
}

/** What a test may bring along. */
export interface Surroundings {
  now?: () => number
  /** Hears every database statement before it runs. */
  onStatement?: (sql: string) => void
}

/** A call in hand has this long to finish once the control plane shuts down. */
const graceMs = 2000

/** Migrates and opens the database, makes what a first start needs, and listens. Rejects when any of it fails. */
export async function startControlPlane(
  options: Options,
  log: Log,
  { now = Date.now, onStatement }: Surroundings = {},
): Promise<ControlPlane> {
  mkdirSync(options.home, { recursive: true, mode: 0o700 })
  const applied = migrate(options.database)
  if (applied.length > 0) log.info({ applied }, 'database migrated')
  const db = openDatabase(options.database, onStatement)
  const closing = new AbortController()
  const signals = createSignals()
  const nodes = createNodeRegistry({ db, log, signals, now })
  const health = createHealthRegistry(signals)

  const closeAll = async () => {
    closing.abort()
    nodes.close()
    health.close()
    await db.$disconnect()
  }

  try {
    const secretBox = await openSecretBox(db, log, options)
    const setUpCode = await makeFirstAdmin(db, now(), options.admin)
    let { publicUrl = urlOf(options.host, options.port) } = options
    const services: Services = {
      db,
      log,
      now,
      signals,
      drafts: createDraftReader(db),
      heads: createHeadReader(db),
      secretBox,
      secrets: createSecretReader(db, secretBox),
      certificates: createCertificateReader(secretBox),
      nodes,
      traffic: createTrafficWindow(),
      health,
      events: createEventStore(db),
      signInLimiter: createSignInLimiter(now),
      setUpCode: createSetUpCode(now, setUpCode),
      get publicUrl() {
        return publicUrl
      },
      closing: closing.signal,
    }
    if (options.nodeToken !== undefined) await acceptNodeToken(services, options.nodeToken)
    if (options.demoDocument !== undefined) await seedDocument(services, options.demoDocument)
    await movePorts(services, options.movedPorts)
    await nodes.load()

    const pages = options.pages === 'off' ? undefined : await openPages({ dev: options.pages === 'dev' })
    const server = createHttpServer(services, pages)
    const url = urlOf(options.host, await listen(server, options))
    publicUrl = options.publicUrl ?? url
    if (!isLoopback(options.host) && !publicUrl.startsWith('https:')) {
      log.warn({ host: options.host }, 'reachable from other machines without TLS; passwords travel in the clear')
    }
    if (setUpCode !== undefined) {
      log.info(
        { setUpUrl: `${publicUrl}/set-up`, setUpCode },
        'nobody has an account yet; the set-up page makes the first',
      )
    }
    return {
      url,
      services,
      async close() {
        closing.abort()
        await closeServer(server)
        await pages?.close()
        await closeAll()
      },
      destroy() {
        closing.abort()
        server.closeAllConnections()
        server.close()
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** IPv6 addresses stand in brackets; an address that means "every one" is reached at loopback. */
function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

/** Listens and gives the port. A port that is taken is named, with how to choose another. */
function listen(server: Server, { host, port }: Options): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error)
      const another = port + 1
      reject(
        new Error(`Port ${port} is in use. Choose another: PORT=${another}, or --port ${another}.`, { cause: error }),
      )
    })
    server.listen(port, host, () => {
      // The guarantee: a server that listens on a port has an address object.
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Streams have been told to end; calls in hand may finish, what is left is cut. */
async function closeServer(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(cut)
}
