import { SwitchyardError } from '@switchyard/core/errors'
import type { Services } from '../services.ts'
import { nodeView } from './list.ts'
import type { NodeView } from './node-view.ts'

export async function getNode(services: Services, name: string): Promise<NodeView> {
  const node = services.nodes.get(name)
  if (!node) throw new SwitchyardError('not_found')
  return nodeView(node, await services.heads.read(), services.now())
}
