import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { variantSchema } from '../schema/variant.ts'
import { milliseconds } from './resource.ts'
import { secretReference } from './secret-reference.ts'

const cookie = variantSchema(
  {
    type: 'cookie',
    title: 'Cookie',
    description: 'The gateway sets a cookie that says, signed, which target a client was sent to.',
    options: {
      name: z
        .string()
        .max(255)
        .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'write a name such as switchyard')
        .default('switchyard')
        .register(fields, { title: 'Cookie', description: 'The name of the cookie.', example: 'switchyard' }),
      path: z
        .string()
        .max(1024)
        .regex(/^\/[!-:<-~]*$/, 'begin with /, without spaces or ;')
        .default('/')
        .register(fields, { title: 'Path', description: 'Clients send it with paths below this one.' }),
      maxAgeMs: milliseconds(
        {
          title: 'Keeps',
          description: 'Clients keep it for this long, in whole seconds; 0: until they are closed.',
        },
        0,
      ),
      sameSite: z.enum(['lax', 'strict', 'none']).default('lax').register(fields, {
        title: 'Same site',
        description: 'Whether it is sent with requests that other sites cause; none needs "Secure".',
      }),
      secure: z
        .boolean()
        .default(false)
        .register(fields, { title: 'Secure', description: 'Clients send it over TLS only.' }),
      key: secretReference({
        title: 'Key',
        description:
          'What it is signed with; the same at every node, so that it holds at each of them. Absent: a key that each node keeps for itself.',
      }).optional(),
    },
  },
  {},
)

/** How a client comes back to the target it was sent to before. */
export const affinity = z.discriminatedUnion('type', [cookie])
