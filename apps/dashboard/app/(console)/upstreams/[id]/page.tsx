import { UpstreamPage } from '../../../../components/upstreams/upstream-page.tsx'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <UpstreamPage id={decodeURIComponent(id)} />
}
