import { kinds } from '@switchyard/core/schema/fields'
import { notFound } from 'next/navigation'
import { NewResource } from '../../../../components/resources/new-resource.tsx'

export default async function Page({ params }: { params: Promise<{ kind: string }> }) {
  const { kind: wanted } = await params
  const kind = kinds.find((name) => name === wanted)
  if (kind === undefined) notFound()
  return <NewResource kind={kind} />
}
