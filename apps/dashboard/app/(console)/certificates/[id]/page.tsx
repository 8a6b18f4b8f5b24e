import { CertificatePage } from '../../../../components/certificates/certificate-page.tsx'

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <CertificatePage id={decodeURIComponent(id)} />
}
