import { z } from 'zod'
import { fields, slug, type Words } from '../schema/fields.ts'

/** A file of the node; the node says what a relative path begins at. */
export const filePath = () =>
  z
    .string()
    .min(1)
    .max(4096)
    .regex(/^[^\r\n]+$/, 'write a path on one line')
    .register(fields, {
      title: 'File',
      description:
        "A file of the node. A relative path begins at the folder of the node's configuration file, or, with a control plane, at its data folder.",
      example: '/etc/switchyard/web.pem',
    })

/**
 * Where a secret is: a document holds no secret itself. Nobody but a node ever has the value. A new schema at each call,
 * for words of its own; that they say `secret` is how redaction and "who uses this secret" find it.
 */
export const secretReference = (words: Pick<Words, 'title' | 'description'>) =>
  z
    .union([
      z
        .strictObject({
          secret: slug().register(fields, {
            title: 'Secret',
            description: 'The name of a secret that the control plane keeps.',
            example: 'web-key',
          }),
        })
        .register(fields, { title: 'Kept secret', description: 'Kept encrypted by the control plane.' }),
      z
        .strictObject({ file: filePath() })
        .register(fields, { title: 'File', description: 'Read by each node from a file of its own.' }),
      z
        .strictObject({
          env: z
            .string()
            .max(255)
            .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'write the name of an environment variable')
            .register(fields, {
              title: 'Variable',
              description: 'The name of an environment variable of the node.',
              example: 'WEB_KEY',
            }),
        })
        .register(fields, {
          title: 'Environment variable',
          description: 'Taken by each node from an environment variable of its own.',
        }),
    ])
    .register(fields, { ...words, secret: true })

export type SecretReference = z.output<ReturnType<typeof secretReference>>
