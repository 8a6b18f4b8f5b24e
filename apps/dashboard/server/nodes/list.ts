import type { Services } from '../services.ts'
import { type KnownNode, silentAfterMs } from './node-registry.ts'
import type { NodeState, NodeView } from './node-view.ts'

/** Every node that was ever heard and not removed, by name. */
export async function listNodes(services: Services): Promise<NodeView[]> {
  const head = await services.heads.read()
  return services.nodes.list().map((node) => nodeView(node, head, services.now()))
}

export function nodeView(node: KnownNode, head: { number: number; hash: string } | undefined, now: number): NodeView {
  const { report, lastHeardAt } = node
  const silentMs = now - lastHeardAt
  return {
    name: report.node,
    version: report.version,
    state: silentMs > silentAfterMs ? 'unknown' : stateOf(node, head),
    lastHeardAt: new Date(lastHeardAt).toISOString(),
    secondsSinceHeard: Math.max(0, Math.floor(silentMs / 1000)),
    serving: report.serving,
    outcome: report.outcome,
    workers: report.workers,
    listeners: report.listeners,
    startedAt: report.startedAt,
  }
}

/** By hash as well: a revision of the same content is served as soon as the one before it. */
function stateOf({ report }: KnownNode, head: { number: number; hash: string } | undefined): NodeState {
  const { outcome, serving } = report
  if (head && outcome?.status === 'rejected' && outcome.number === head.number && outcome.hash === head.hash) {
    return 'rejected'
  }
  return head && serving?.hash === head.hash ? 'applied' : 'pending'
}
