import { z } from 'zod'
import { emailField, passwordField } from '../access/credentials.ts'
import { createUser } from '../users/create.ts'
import { listUsers } from '../users/list.ts'
import { removeUser } from '../users/remove.ts'
import { updateUser } from '../users/update.ts'
import { idField } from './fields.ts'
import { changeProcedure, router } from './procedures.ts'

const role = z.enum(['admin', 'viewer'])

/** Who has an account is for administrators only. */
export const usersRouter = router({
  list: changeProcedure.query(({ ctx }) => listUsers(ctx.services)),
  create: changeProcedure
    .input(z.strictObject({ email: emailField, password: passwordField, role }))
    .mutation(({ ctx, input }) => createUser(ctx.services, ctx.caller, input)),
  update: changeProcedure
    .input(
      z.strictObject({
        id: idField,
        role: role.optional(),
        disabled: z.boolean().optional(),
        password: passwordField.optional(),
      }),
    )
    .mutation(({ ctx, input }) => updateUser(ctx.services, ctx.caller, input)),
  remove: changeProcedure
    .input(z.strictObject({ id: idField }))
    .mutation(({ ctx, input }) => removeUser(ctx.services, ctx.caller, input.id)),
})
