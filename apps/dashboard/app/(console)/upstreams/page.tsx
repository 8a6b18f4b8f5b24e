import { UpstreamList } from '../../../components/upstreams/upstream-list.tsx'

export default function UpstreamsPage() {
  return <UpstreamList />
}
