import { NodeList } from '../../../components/nodes/node-list.tsx'

export default function NodesPage() {
  return <NodeList />
}
