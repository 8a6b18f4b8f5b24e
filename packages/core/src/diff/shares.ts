import { predictShares } from '../balancers/create.ts'
import type { Config, Route, Upstream } from '../config/model.ts'
import type { Kind } from '../schema/fields.ts'
import type { Detail } from './diff.ts'

type Shares = ReadonlyMap<string, number>

/** Puts the expected shares beside what changes them: weight, enabled, drain, tier, coming and going. */
export function addShares(
  kind: Kind,
  before: Config[Kind][number],
  after: Config[Kind][number],
  details: Detail[],
): Detail[] {
  // The casts state which resources a kind has.
  if (kind === 'upstreams')
    return withShares(details, ofTarget, () => [before, after].map((one) => targetShares(one as Upstream)))
  if (kind === 'routes')
    return withShares(details, ofPart, () => [before, after].map((one) => splitShares(one as Route)))
  return details
}

const ofTarget = /^targets\[([^\]]+)\](?:\.(?:weight|enabled|drain|tier))?$/
const ofPart = /^forward\.split\[([^\]]+)\](?:\.weight)?$/

/** `find` is asked only when a detail needs it: shares of a large ring take a while. */
function withShares(details: Detail[], place: RegExp, find: () => Shares[]): Detail[] {
  let shares: Shares[] | undefined
  return details.map((detail) => {
    const name = place.exec(detail.path)?.[1]
    if (name === undefined || detail.labels.at(-1) === 'Order') return detail
    shares ??= find()
    const [before, after] = shares.map((all) => all.get(name))
    return before === undefined && after === undefined
      ? detail
      : { ...detail, share: { before: before ?? 0, after: after ?? 0 } }
  })
}

function targetShares({ strategy, targets, tierMinPercent }: Upstream): Shares {
  const shares = predictShares(strategy, targets, { tierMinPercent })
  return new Map(targets.map(({ id }, index) => [id, shares[index] ?? 0]))
}

/** Empty where one upstream is in a split twice: its parts have no names then. */
function splitShares({ forward }: Route): Shares {
  if (forward === undefined || !('split' in forward)) return new Map()
  const total = forward.split.reduce((sum, { weight }) => sum + weight, 0)
  const shares = new Map(forward.split.map(({ upstream, weight }) => [upstream, total === 0 ? 0 : weight / total]))
  return shares.size === forward.split.length ? shares : new Map()
}
