import { notFound } from 'next/navigation'
import { RevisionPage } from '../../../../components/revisions/revision-page.tsx'

export default async function Page({ params }: { params: Promise<{ number: string }> }) {
  const { number } = await params
  if (!/^[1-9]\d{0,14}$/.test(number)) notFound()
  return <RevisionPage number={Number(number)} />
}
