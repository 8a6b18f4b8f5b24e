import { ResourcePage } from '../../../../components/resources/resource-page.tsx'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <ResourcePage kind="listeners" id={decodeURIComponent(id)} />
}
