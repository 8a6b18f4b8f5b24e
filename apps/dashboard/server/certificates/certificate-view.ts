import type { ResourceDetail, ResourceView } from '../resources/resource-view.ts'
import type { Services } from '../services.ts'
import type { CertificateAbout } from './certificate-about.ts'

/** A certificate of the draft, with what stands in it; `null` where only nodes can read it. */
export interface CertificateView extends ResourceView<'certificates'> {
  about: CertificateAbout | null
}

/** The same, with what refers to it. */
export interface CertificateDetail extends ResourceDetail<'certificates'> {
  about: CertificateAbout | null
}

/** What stands in the certificate of a view. */
export const aboutOf = ({ certificates, now }: Services, { value }: ResourceView<'certificates'>) =>
  certificates.about(value.certificate, now()) ?? null
