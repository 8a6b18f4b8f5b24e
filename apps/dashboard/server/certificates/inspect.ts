import { certificatesFault } from '@switchyard/core/config/pem'
import type { Problem } from '@switchyard/core/errors'
import type { Services } from '../services.ts'
import type { CertificateAbout } from './certificate-about.ts'
import { pairProblems } from './certificate-reader.ts'

/** What stands in a certificate that is not saved yet, or what is wrong with it. */
export function inspectCertificate(
  { certificates, now }: Services,
  { certificate }: { certificate: string },
): { about: CertificateAbout | null; problems: Problem[] } {
  const fault = certificatesFault(certificate)
  const problems =
    fault === undefined ? pairProblems(certificate, undefined) : [{ path: 'certificate', message: fault }]
  return { about: problems.length > 0 ? null : (certificates.about(certificate, now()) ?? null), problems }
}
