'use client'

import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useTRPC } from './trpc.ts'

/** What the server reads in a certificate that is not saved yet; it is asked once the text holds a whole one. */
export function useCertificatePreview(certificate: string) {
  const trpc = useTRPC()
  const text = useDeferredValue(certificate)
  const whole = text.includes('-----END CERTIFICATE-----')
  const read = useQuery(
    trpc.certificates.inspect.queryOptions(
      { certificate: text },
      { enabled: whole, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  )
  return { about: (whole && read.data?.about) || null, problem: whole ? read.data?.problems[0]?.message : undefined }
}
