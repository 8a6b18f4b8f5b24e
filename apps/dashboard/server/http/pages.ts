import { existsSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { packageFolder } from '../package-folder.ts'

/** The dashboard's pages, made by Next. They hold no data: the API gives it, and checks who asks. */
export interface Pages {
  readonly dev: boolean
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** The channel over which a page reloads itself in development. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>
  close(): Promise<void>
}

/** Undefined when the pages were never built. */
export async function openPages({ dev }: { dev: boolean }): Promise<Pages | undefined> {
  const dir = packageFolder()
  if (!dev && !existsSync(join(dir, '.next', 'BUILD_ID'))) return undefined
  // Loaded here, since it takes a while and a server without pages does not need it.
  // The cast undoes how TypeScript reads a CommonJS module here: its default export is the function itself.
  const next = (await import('next')).default as unknown as typeof import('next')['default']
  const app = next({ dev, dir })
  await app.prepare()
  const handle = app.getRequestHandler()
  const upgrade = app.getUpgradeHandler()
  return { dev, handle, upgrade, close: () => app.close() }
}
