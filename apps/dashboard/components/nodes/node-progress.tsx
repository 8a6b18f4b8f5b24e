'use client'

import { nodeStateKinds } from '../../lib/publish-state.ts'
import type { NodeView } from '../../lib/trpc.ts'
import { ProblemList } from '../publish/problem-list.tsx'
import { StateMark } from '../ui/state-mark.tsx'
import { NodeOutcome } from './node-outcome.tsx'

/** One node's word about the head; a refusal with its reason and where it lies. */
export function NodeProgress({ node }: { node: NodeView }) {
  const { outcome } = node
  return (
    <li className="px-3 py-2 text-table">
      <div className="figures flex flex-wrap items-center gap-x-3">
        <span className="min-w-0 flex-1 truncate font-mono text-xs">{node.name}</span>
        <span className="text-muted">{node.serving === null ? '–' : `r${node.serving.number}`}</span>
        <StateMark kind={nodeStateKinds[node.state]}>
          <NodeOutcome node={node} />
        </StateMark>
      </div>
      {node.state === 'rejected' && outcome?.status === 'rejected' ? (
        <div className="mt-1 text-muted">
          <p>{outcome.message}</p>
          <ProblemList problems={outcome.problems} />
        </div>
      ) : null}
    </li>
  )
}
