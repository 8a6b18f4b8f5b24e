import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Options } from './options.ts'

/** Who this node is, to its control plane and in its own state. */
export interface Identity {
  readonly name: string
  /** New at each start: counters begin at 0 with it. */
  readonly instance: string
  readonly startedAt: string
  /** The folder of what must survive a restart; it exists. */
  readonly data: string
}

/**
 * The name is the one asked for, else the one this folder was used with before (a container gets a new host name at
 * each start, its volume stays), else the host name.
 *
 * @throws when the folder cannot be made or written.
 */
export function identify(options: Pick<Options, 'data' | 'home' | 'node'>, now: Date): Identity {
  const name = options.node ?? (options.data && storedName(options.data)) ?? slug(hostname())
  const data = options.data ?? join(options.home, 'nodes', name)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  writeFileSync(join(data, 'node.json'), `${JSON.stringify({ name })}\n`, { mode: 0o600 })
  return { name, data, instance: randomUUID(), startedAt: now.toISOString() }
}

/** A host name as a node's name: at most 63 letters, digits, dots, dashes and underscores. */
export function slug(host: string): string {
  const kept = host.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 63)
  return kept.replace(/^[._-]+|[._-]+$/g, '') || 'node'
}

function storedName(data: string): string | undefined {
  try {
    const { name } = JSON.parse(readFileSync(join(data, 'node.json'), 'utf8')) as { name?: unknown }
    return typeof name === 'string' && name !== '' && slug(name) === name ? name : undefined
  } catch {
    return undefined
  }
}
