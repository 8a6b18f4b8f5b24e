import type { Config } from '@switchyard/core/config/model'
import { compose, type Handler } from '@switchyard/core/middleware/compose'
import type { Middleware, MiddlewareDefinition, MiddlewareServices } from '@switchyard/core/middleware/contract'
import { compileRoutes, type Router } from '@switchyard/core/routing/router'
import { middleware as catalogue } from '@switchyard/middleware/registry'
import type { AffinityKey } from './affinity-keys.ts'
import { type CompiledRoute, createChoice, type RouteConfig } from './compiled-route.ts'
import type { LiveTarget } from './live-target.ts'
import type { LiveTargets } from './live-targets.ts'
import type { LiveUpstream } from './live-upstream.ts'
import type { Referred } from './load-referred.ts'
import type { Metrics } from './observe/metrics.ts'
import { Pauses } from './pauses.ts'
import { RouteSeries } from './route-series.ts'
import { type CertificateSet, createCertificateSet } from './tls/certificate-set.ts'
import type { LoadedCertificates } from './tls/certificates.ts'
import { createServerNames, type ServerNames } from './tls/server-names.ts'
import { createUpstreamTls } from './tls/target-tls.ts'
import type { Revision } from './traffic.ts'
import { longestChain, type SequenceServices, Upstream, type UpstreamConfig } from './upstream.ts'

/** What a runtime is built with; all of it outlives the runtime. */
export interface RuntimeServices extends MiddlewareServices, SequenceServices {
  readonly targets: LiveTargets
  readonly metrics: Metrics
  /** What a route does when no middleware has answered. */
  readonly forward: Handler
  /** What cookies of affinity are signed with where no key is named. */
  readonly affinityKey: AffinityKey
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
  readonly #affinityKeys: ReadonlyMap<string, AffinityKey>
  readonly #targets: LiveTarget[] = []
  readonly #lives: LiveUpstream[] = []
  readonly #liveTargets: LiveTargets
  #leases = 0
  #closed: (() => void) | undefined

  private constructor(
    { config, number, hash }: Revision,
    { certificates, affinityKeys }: Referred,
    targets: LiveTargets,
    previous: Runtime | undefined,
  ) {
    this.revision = { number, hash }
    this.loaded = certificates
    this.certificates = createCertificateSet(certificates.certificates, previous?.certificates)
    this.#affinityKeys = affinityKeys
    this.#liveTargets = targets
    this.serverNames = namesByListener(config, this.certificates)
  }

  /**
   * Builds it, a little at a time: requests go on meanwhile, however large the revision is.
   *
   * @param loaded what this revision refers to
   * @param previous the runtime that serves: what does not change is taken over from it
   */
  static async build(
    revision: Revision,
    loaded: Referred,
    services: RuntimeServices,
    previous: Runtime | undefined,
  ): Promise<Runtime> {
    const { config } = revision
    const runtime = new Runtime(revision, loaded, services.targets, previous)
    const pauses = new Pauses()
    try {
      const byId = new Map(config.upstreams.map((upstream) => [upstream.id, upstream]))
      const built = new Map<string, Upstream>()
      for (const upstream of config.upstreams) {
        runtime.#addWithFallbacks(upstream, byId, built, services, previous)
        if (pauses.due) await pauses.take()
      }
      for (const id of byId.keys()) runtime.upstreams.set(id, built.get(id) as Upstream)
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

  /** First those that may have to serve in its place: where one of them is new, it is made anew, too. */
  #addWithFallbacks(
    config: UpstreamConfig,
    byId: ReadonlyMap<string, UpstreamConfig>,
    built: Map<string, Upstream>,
    services: RuntimeServices,
    previous: Runtime | undefined,
  ): void {
    const chain: UpstreamConfig[] = []
    for (let next: UpstreamConfig | undefined = config; next && !built.has(next.id); ) {
      chain.push(next)
      const choice: UpstreamConfig['whenNoneEligible'] = next.whenNoneEligible
      next = typeof choice === 'object' && chain.length < longestChain ? byId.get(choice.upstream) : undefined
    }
    for (const one of chain.reverse()) {
      const { whenNoneEligible: choice } = one
      const fallback = typeof choice === 'object' ? built.get(choice.upstream) : undefined
      built.set(one.id, this.#createUpstream(one, fallback, services, previous))
    }
  }

  #createUpstream(
    config: UpstreamConfig,
    fallback: Upstream | undefined,
    services: RuntimeServices,
    previous: Runtime | undefined,
  ): Upstream {
    const { targets: all } = services
    const live = all.holdUpstream(config.id)
    this.#lives.push(live)
    const targets = config.targets.map(({ id, url }) => all.hold(config.id, id, url))
    this.#targets.push(...targets)
    const before = previous?.upstreams.get(config.id)
    const tls = createUpstreamTls(config.tls, this.certificates, before?.tls)
    const { key, fingerprint: keyIs } = this.#affinityKeys.get(config.id) ?? services.affinityKey
    const fingerprint = JSON.stringify([config, tls.fingerprint, keyIs])
    const same = before?.fingerprint === fingerprint && before.fallback === fallback
    const parts = { config, fingerprint, live, targets, tls, affinityKey: key, fallback, previous: before }
    return same ? before : new Upstream(parts, services)
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
    for (const live of this.#lives.splice(0)) this.#liveTargets.releaseUpstream(live)
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
