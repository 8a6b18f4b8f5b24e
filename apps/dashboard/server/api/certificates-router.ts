import { longestSecret } from '@switchyard/core/node-protocol'
import { slug } from '@switchyard/core/schema/fields'
import { z } from 'zod'
import { aboutOf, type CertificateDetail, type CertificateView } from '../certificates/certificate-view.ts'
import { inspectCertificate } from '../certificates/inspect.ts'
import { saveCertificate } from '../certificates/save.ts'
import { getResource } from '../resources/get.ts'
import { listResources } from '../resources/list.ts'
import { etagField, idField } from './fields.ts'
import { changeProcedure, readProcedure, router } from './procedures.ts'
import { resourceProcedures } from './resource-router.ts'

/** As long as the schema of a certificate lets it be; a chain has a few kilobytes. */
const pem = z.string().min(1).max(131_072)

export const certificatesRouter = router({
  ...resourceProcedures('certificates'),
  list: readProcedure.query(async ({ ctx: { services } }): Promise<CertificateView[]> => {
    const views = await listResources(services, 'certificates')
    return views.map((view) => ({ ...view, about: aboutOf(services, view) }))
  }),
  get: readProcedure
    .input(z.strictObject({ id: idField }))
    .query(async ({ ctx: { services }, input }): Promise<CertificateDetail> => {
      const detail = await getResource(services, 'certificates', input.id)
      return { ...detail, about: aboutOf(services, detail) }
    }),
  inspect: readProcedure
    .input(z.strictObject({ certificate: pem }))
    .query(({ ctx, input }) => inspectCertificate(ctx.services, input)),
  /** Certificate and key together. The key goes in, and never comes out again. */
  save: changeProcedure
    .input(
      z.strictObject({
        id: slug(),
        etag: etagField.optional(),
        certificate: pem,
        key: z.string().min(1).max(longestSecret),
      }),
    )
    .mutation(({ ctx, input }) => saveCertificate(ctx.services, ctx.caller, input)),
})
