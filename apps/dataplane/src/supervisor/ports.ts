import { type AddressInfo, createServer } from 'node:net'
import type { Config } from '@switchyard/core/config/model'
import type { Problem } from '@switchyard/core/errors'
import { unavailable } from '../unavailable.ts'

/** The ports that stand for 0, by listener id. */
export type Ports = Readonly<Record<string, number>>

/** Where a listener accepts: never port 0. */
export interface OpenListener {
  readonly id: string
  readonly address: string
  readonly port: number
}

/**
 * Takes a free port for each listener that asks for port 0, so that all workers agree on it. One that is `open` already
 * keeps its port. The port is free when this returns; whoever opens it must be ready to find it taken.
 */
export async function resolvePorts(config: Config, open: readonly OpenListener[]): Promise<Ports> {
  const asking = config.listeners.filter((listener) => listener.port === 0)
  const resolved = await Promise.all(
    asking.map(async ({ id, address }) => {
      const before = open.find((one) => one.id === id && one.address === address)
      return [id, before?.port ?? (await freePort(address))] as const
    }),
  )
  return Object.fromEntries(resolved)
}

/** The configuration with these ports in it. */
export function withPorts(config: Config, ports: Ports): Config {
  const listeners = config.listeners.map((one) => ({ ...one, port: one.port === 0 ? (ports[one.id] ?? 0) : one.port }))
  return { ...config, listeners }
}

/** 0 when none can be had; opening it then says why. */
async function freePort(address: string): Promise<number> {
  const tried = await tryPort(address, 0)
  return typeof tried === 'number' ? tried : 0
}

/**
 * What is wrong with listeners that are not open yet, each at its port: tried out here, before any worker does. A listener that fails
 * in a worker of `node:cluster` leaves a trace there, by which that worker could never again share this address with the others.
 */
export async function findUnavailable(
  listeners: readonly OpenListener[],
  open: readonly OpenListener[],
): Promise<Problem[]> {
  const problems = await Promise.all(
    listeners.map(async ({ address, port }, index) => {
      if (open.some((one) => one.address === address && one.port === port)) return undefined
      const tried = await tryPort(address, port)
      if (typeof tried === 'number') return undefined
      const holder = tried.code === 'EADDRINUSE' ? open.find((one) => one.port === port) : undefined
      return unavailable(`listeners[${index}]`, address, port, tried.code, holder)
    }),
  )
  return problems.filter((problem) => problem !== undefined)
}

/** Opens and closes it; exclusive, that is in this process alone, not through the sharing of `node:cluster`. */
function tryPort(address: string, port: number): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', resolve)
    server.listen({ port, host: address, exclusive: true }, () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
