import type { Config } from '@switchyard/core/config/model'
import { compose, type Handler } from '@switchyard/core/middleware/compose'
import type { Middleware, MiddlewareDefinition, MiddlewareServices } from '@switchyard/core/middleware/contract'
import { compileRoutes, type Router } from '@switchyard/core/routing/router'
import { middleware as catalogue } from '@switchyard/middleware/registry'
import { type CompiledRoute, createChoice, type RouteConfig } from './compiled-route.ts'
import type { LiveTarget, LiveTargets } from './live-target.ts'
import type { Metrics } from './observe/metrics.ts'
import { Pauses } from './pauses.ts'
import { RouteSeries } from './route-series.ts'
import { type CertificateSet, createCertificateSet } from './tls/certificate-set.ts'
import type { LoadedCertificates } from './tls/certificates.ts'
import { createServerNames, type ServerNames } from './tls/server-names.ts'
import { createUpstreamTls } from './tls/target-tls.ts'
import type { Revision } from './traffic.ts'
import { holdTargets, type SequenceServices, Upstream } from './upstream.ts'

/** What a runtime is built with; all of it outlives the runtime. */
export interface RuntimeServices extends MiddlewareServices, SequenceServices {
  readonly targets: LiveTargets
  readonly metrics: Metrics
  /** What a route does when no middleware has answered. */
  readonly forward: Handler
}

const definitions = new Map<string, MiddlewareDefinition>(
  catalogue.map((definition) => [definition.type, definition as MiddlewareDefinition]),
)

/** The live objects of one revision. Built beside the one that serves, and closed when its last lease has returned. */
export class Runtime {
  readonly revision: { readonly number: number; readonly hash: string }
  readonly loaded: LoadedCertificates
  readonly certificates: CertificateSet
  /** What listeners with TLS show to whom, by id of the listener. */
  readonly serverNames: ReadonlyMap<string, ServerNames>
  readonly upstreams = new Map<string, Upstream>()
  readonly routes = new Map<string, CompiledRoute>()
  #router: Router<CompiledRoute> = compileRoutes([])
  readonly #targets: LiveTarget[] = []
  #leases = 0
  #closed: (() => void) | undefined

  private constructor({ config, number, hash }: Revision, loaded: LoadedCertificates, previous: Runtime | undefined) {
    this.revision = { number, hash }
    this.loaded = loaded
    this.certificates = createCertificateSet(loaded.certificates, previous?.certificates)
    this.serverNames = namesByListener(config, this.certificates)
  }

  /**
   * Builds it, a little at a time: requests go on meanwhile, however large the revision is.
   *
   * @param loaded the certificates of this revision
   * @param previous the runtime that serves: what does not change is taken over from it
   */
  static async build(
    revision: Revision,
    loaded: LoadedCertificates,
    services: RuntimeServices,
    previous: Runtime | undefined,
  ): Promise<Runtime> {
    const { config } = revision
    const runtime = new Runtime(revision, loaded, previous)
    const pauses = new Pauses()
    try {
      for (const upstream of config.upstreams) {
        runtime.#addUpstream(upstream, services, previous)
        if (pauses.due) await pauses.take()
      }
      const shared = new Map(config.middleware.map((options) => [options.id, createMiddleware(options, services)]))
      for (const route of config.routes) {
        runtime.#addRoute(route, shared, services, previous)
        if (pauses.due) await pauses.take()
      }
      await pauses.take()
      runtime.#router = compileRoutes([...runtime.routes.values()])
      await pauses.take()
    } catch (error) {
      runtime.#close()
      throw error
    }
    return runtime
  }

  get router(): Router<CompiledRoute> {
    return this.#router
  }

  #addUpstream(config: Config['upstreams'][number], services: RuntimeServices, previous: Runtime | undefined): void {
    const lives = holdTargets(config, services.targets)
    this.#targets.push(...lives)
    const before = previous?.upstreams.get(config.id)
    const tls = createUpstreamTls(config.tls, this.certificates, before?.tls)
    const fingerprint = JSON.stringify([config, tls.fingerprint])
    const same = before?.fingerprint === fingerprint
    this.upstreams.set(config.id, same ? before : new Upstream(config, fingerprint, lives, tls, services, before))
  }

  #addRoute(
    config: RouteConfig,
    shared: ReadonlyMap<string, Middleware>,
    services: RuntimeServices,
    previous: Runtime | undefined,
  ): void {
    const { id, enabled, priority, match, upgrades } = config
    const middleware = config.middleware.map((use) => createUse(use, shared, services))
    this.routes.set(id, {
      id,
      enabled,
      priority,
      match,
      config,
      handle: middleware.length === 0 ? undefined : compose(middleware, services.forward),
      upstreams: createChoice(config, this.upstreams, services, previous?.routes.get(id)?.upstreams),
      upgrades,
      series: new RouteSeries(id, services.metrics),
    })
  }

  lease(): void {
    this.#leases++
  }

  release(): void {
    this.#leases--
    this.#closeWhenUnused()
  }

  /** Another one serves now, or none; `closed` is called when nothing needs this one any more. */
  retire(closed: () => void): void {
    this.#closed = closed
    this.#closeWhenUnused()
  }

  #closeWhenUnused(): void {
    if (this.#leases > 0 || !this.#closed) return
    const closed = this.#closed
    this.#closed = undefined
    this.#close()
    closed()
  }

  #close(): void {
    for (const target of this.#targets.splice(0)) target.release()
  }

  /** The targets it names, with how long what they serve may take once they are to go. */
  *drains(): Iterable<{ live: LiveTarget; stays: boolean; drainMs: number }> {
    for (const { targets, config } of this.upstreams.values()) {
      for (const { live, takesTraffic } of targets) yield { live, stays: takesTraffic, drainMs: config.drainMs }
    }
  }
}

function namesByListener(config: Config, certificates: CertificateSet): Map<string, ServerNames> {
  const names = new Map<string, ServerNames>()
  for (const { id, protocol, tls } of config.listeners) {
    if (protocol === 'https' && tls) names.set(id, createServerNames(tls.certificates, certificates))
  }
  return names
}

function createUse(
  use: RouteConfig['middleware'][number],
  shared: ReadonlyMap<string, Middleware>,
  services: RuntimeServices,
): Middleware {
  if (use.ref === undefined) return createMiddleware(use, services)
  const middleware = shared.get(use.ref)
  // The document was checked: every reference leads somewhere.
  if (!middleware) throw new Error(`no middleware ${use.ref}`)
  return middleware
}

function createMiddleware(options: { readonly type: string }, services: RuntimeServices): Middleware {
  const definition = definitions.get(options.type)
  if (!definition) throw new Error(`no middleware of type ${options.type}`)
  // Parsed by the schema of this very definition.
  return definition.create(options as never, services)
}
