'use client'

import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useTRPC } from '../../lib/trpc.ts'
import { ResourcePage } from '../resources/resource-page.tsx'
import { Button } from '../ui/button.tsx'
import { CertificateDialog } from './certificate-dialog.tsx'
import { CertificateSummary } from './certificate-summary.tsx'

/** One certificate: what stands in it, how it is replaced, and its form. */
export function CertificatePage({ id }: { id: string }) {
  const t = useTranslations('certificates')
  const trpc = useTRPC()
  const { data } = useQuery(trpc.certificates.get.queryOptions({ id }))
  const [replacing, setReplacing] = useState(false)
  // One that nodes read from their own files is replaced there.
  const isHere = typeof data?.value.certificate === 'string'
  return (
    <>
      <ResourcePage
        kind="certificates"
        id={id}
        actions={
          isHere ? (
            <Button onClick={() => setReplacing(true)}>
              <RefreshCw aria-hidden="true" />
              {t('replace')}
            </Button>
          ) : null
        }
        summary={data?.about ? <CertificateSummary about={data.about} /> : null}
      />
      {data !== undefined && replacing ? <CertificateDialog replaced={data} close={() => setReplacing(false)} /> : null}
    </>
  )
}
