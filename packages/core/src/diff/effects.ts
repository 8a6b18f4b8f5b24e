import { createBalancer } from '../balancers/create.ts'
import { explainMove } from '../balancers/explain.ts'
import { SmoothWeightedRoundRobin } from '../balancers/smooth-weighted-round-robin.ts'
import type { Upstream } from '../config/model.ts'
import { sameJson } from '../schema/same-json.ts'
import type { Effect, EffectCause, Effects } from './diff.ts'
import { describeEffects } from './effect-sentences.ts'

/** Of more targets than this it is not told one by one what is kept. */
const mostNamed = 20

/** What nodes keep of their state of an upstream through an edit, and what begins anew: by the rules of the nodes. */
export function findEffects(before: Upstream, after: Upstream): Effects {
  const targets = compareTargets(before, after)
  const kept: Effect[] = []
  const reset: Effect[] = []
  for (const { keeps, resets } of [
    healthEffects(before, after, targets),
    ofTargets('latency', targets),
    connectionEffects(before, after, targets),
    positionEffects(before, after),
    keyEffects(before, after),
    breakerEffects(before, after),
    affinityEffects(before, after, targets),
  ]) {
    kept.push(...keeps)
    reset.push(...resets)
  }
  return { kept, reset, sentences: describeEffects(kept, reset) }
}

/** What becomes of one kind of state. */
interface Outcome {
  keeps: Effect[]
  resets: Effect[]
}

const nothing: Outcome = { keeps: [], resets: [] }

type Target = Upstream['targets'][number]

/** The targets of both, in the order of the document; those that went come last. */
interface Compared {
  id: string
  before: Target | undefined
  after: Target | undefined
}

function compareTargets(before: Upstream, after: Upstream): Compared[] {
  const left = new Map(before.targets.map((target) => [target.id, target]))
  const compared: Compared[] = after.targets.map((target) => {
    const then = left.get(target.id)
    left.delete(target.id)
    return { id: target.id, before: then, after: target }
  })
  return [...compared, ...[...left.values()].map((target) => ({ id: target.id, before: target, after: undefined }))]
}

/** Why what belongs to a target by its id and its address is lost. */
function whyAnother({ before, after }: Compared): EffectCause | undefined {
  if (!before) return 'added'
  if (!after) return 'removed'
  return before.url === after.url ? undefined : 'address'
}

/** @param why what is lost, and for which reason; undefined where it is kept */
function ofTargets(
  what: Effect['what'],
  targets: readonly Compared[],
  why: (target: Compared) => EffectCause | undefined = whyAnother,
): Outcome {
  const kept: string[] = []
  const lost = new Map<EffectCause, string[]>()
  for (const target of targets) {
    const because = why(target)
    const ids = because === undefined ? kept : (lost.get(because) ?? [])
    ids.push(target.id)
    if (because !== undefined) lost.set(because, ids)
  }
  return {
    keeps: kept.length === 0 ? [] : [{ what, ...(kept.length <= mostNamed && { targets: kept }) }],
    resets: [...lost].map(([because, ids]) => ({ what, targets: ids, because })),
  }
}

/** Another probe asks again soon and judges by what was known; without one nothing is known. */
function healthEffects(before: Upstream, after: Upstream, targets: readonly Compared[]): Outcome {
  const unasked = before.health.active !== undefined && after.health.active === undefined
  const { keeps, resets } = ofTargets(
    'health',
    targets,
    (target) => whyAnother(target) ?? (unasked ? 'off' : undefined),
  )
  const unjudged = judgesAttempts(before) && !judgesAttempts(after)
  return { keeps, resets: unjudged ? [...resets, { what: 'ejections', because: 'off' }] : resets }
}

const judgesAttempts = ({ health: { passive } }: Upstream): boolean =>
  passive.maxEjectedPercent > 0 &&
  (passive.consecutiveFailures > 0 ||
    passive.consecutive5xx > 0 ||
    passive.consecutiveConnectFailures > 0 ||
    passive.failureRate !== undefined)

/** Those of a target that takes nothing new finish. Unused ones are kept for the same rules of TLS alone. */
function connectionEffects(before: Upstream, after: Upstream, targets: readonly Compared[]): Outcome {
  const otherTls = !sameJson(before.tls, after.tls)
  return ofTargets('connections', targets, (target) => {
    const another = whyAnother(target) ?? whyLeaving(target)
    return another ?? (otherTls && target.after?.url.startsWith('https:') ? 'tls' : undefined)
  })
}

function whyLeaving({ before, after }: Compared): EffectCause | undefined {
  if (!before?.enabled || before.drain || !after) return undefined
  if (!after.enabled) return 'disabled'
  return after.drain ? 'drains' : undefined
}

/** A balancer takes over what it recognises of the one before it. */
function positionEffects({ strategy: before }: Upstream, { strategy: after }: Upstream): Outcome {
  const sequence = sequenceOf(before)
  if (sequence === undefined) return nothing
  if (sequence === sequenceOf(after)) return { keeps: [{ what: 'position' }], resets: [] }
  return { keeps: [], resets: [{ what: 'position', because: 'strategy' }] }
}

/** What a strategy goes through: its own, or weighted round robin, be it that it falls back to it. Undefined: nothing. */
function sequenceOf(strategy: Upstream['strategy']): string | undefined {
  const balancer = createBalancer(strategy, [], { random: () => 0 })
  if (balancer instanceof SmoothWeightedRoundRobin || 'roundRobin' in balancer) return 'weighted-round-robin'
  return strategy.type === 'round-robin' ? strategy.type : undefined
}

/** Which key goes to which target is not kept anywhere: it follows from the targets. All of them are taken for healthy. */
function keyEffects(before: Upstream, after: Upstream): Outcome {
  const [then, now] = [before.strategy, after.strategy]
  if (!('key' in then)) return nothing
  if (!('key' in now) || now.type !== then.type || !sameJson(now.key, then.key)) {
    return { keeps: [], resets: [{ what: 'keys', because: 'strategy' }] }
  }
  const { moved } = movedKeys(before, after) ?? {}
  if (moved === undefined) return nothing
  return {
    keeps: moved < 1 ? [{ what: 'keys', share: 1 - moved }] : [],
    resets: moved > 0 ? [{ what: 'keys', share: moved }] : [],
  }
}

/** Nothing has to be laid out where nothing changed that keys go by. */
function movedKeys(before: Upstream, after: Upstream): { moved: number } | undefined {
  const { strategy, targets, tierMinPercent } = after
  const same = tierMinPercent === before.tierMinPercent && sameJson(targets, before.targets)
  return same ? { moved: 0 } : explainMove(strategy, before.targets, targets, { tierMinPercent })
}

function breakerEffects({ breaker: before }: Upstream, { breaker: after }: Upstream): Outcome {
  if (!before) return nothing
  if (sameJson(before, after)) return { keeps: [{ what: 'breaker' }], resets: [] }
  return { keeps: [], resets: [{ what: 'breaker', because: after ? 'settings' : 'off' }] }
}

/** A client belongs to a target by its id, so that another address does not move it. */
function affinityEffects(before: Upstream, after: Upstream, targets: readonly Compared[]): Outcome {
  const [then, now] = [before.affinity, after.affinity]
  if (!then) return nothing
  if (!now) return { keeps: [], resets: [{ what: 'affinity', because: 'off' }] }
  if (then.name !== now.name || !sameJson(then.key, now.key)) {
    return { keeps: [], resets: [{ what: 'affinity', because: 'settings' }] }
  }
  return ofTargets(
    'affinity',
    targets.filter((target) => takes(target.before)),
    (target) => {
      if (!target.after) return 'removed'
      return whyLeaving(target) ?? (target.after.weight === 0 ? 'weight' : undefined)
    },
  )
}

const takes = (target: Target | undefined): boolean => target?.enabled === true && !target.drain && target.weight > 0
