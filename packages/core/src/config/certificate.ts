import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { id, resourceFields } from './resource.ts'
import { filePath, secretReference } from './secret-reference.ts'

/** Certificates in PEM form. What stands in it, `config/pem.ts` looks at. */
export const pemText = (maxLength: number) => z.string().min(1).max(maxLength)

const certificate = z.union([
  pemText(131_072).register(fields, {
    title: 'Written out',
    description: 'In PEM form: the certificate itself first, then those that vouch for it, in order.',
    example: '-----BEGIN CERTIFICATE-----',
    multiline: true,
  }),
  z
    .strictObject({ file: filePath() })
    .register(fields, { title: 'File', description: 'Read by each node from a file of its own.' }),
])

export const certificateSchema = z
  .strictObject({
    id: id('certificate', 'web'),
    ...resourceFields,
    certificate: certificate.register(fields, {
      title: 'Certificate',
      description: 'The certificate and those that vouch for it, as PEM text or as a file of the node.',
    }),
    key: secretReference({
      title: 'Private key',
      description: 'Where the private key is: in PEM form, not encrypted. It never stands in a document itself.',
    }),
  })
  .register(fields, {
    title: 'Certificate',
    description: 'A certificate and its private key, for listeners and for targets that ask who we are.',
  })
