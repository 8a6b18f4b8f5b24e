import { z } from 'zod'
import { accessState } from '../access/access-state.ts'
import { changePassword } from '../access/change-password.ts'
import { emailField, passwordField } from '../access/credentials.ts'
import { setUp } from '../access/set-up.ts'
import { signIn } from '../access/sign-in.ts'
import { signOut } from '../access/sign-out.ts'
import { publicProcedure, router, sessionProcedure } from './procedures.ts'

/** What was typed as a password; bounded, since hashing costs. */
const typed = z.string().max(1024)

export const authRouter = router({
  state: publicProcedure.query(({ ctx }) => accessState(ctx.services, ctx.caller)),

  setUp: publicProcedure
    .input(z.strictObject({ code: z.string().max(100), email: emailField, password: passwordField }))
    .mutation(async ({ ctx, input }) => {
      const { user, token } = await setUp(ctx.services, ctx.address, input)
      ctx.setSession(token)
      return user
    }),

  signIn: publicProcedure
    .input(z.strictObject({ email: z.string().max(320), password: typed }))
    .mutation(async ({ ctx, input }) => {
      const { user, token } = await signIn(ctx.services, ctx.address, input)
      ctx.setSession(token)
      return user
    }),

  signOut: sessionProcedure.mutation(async ({ ctx }) => {
    await signOut(ctx.services, ctx.caller)
    ctx.setSession(undefined)
    return {}
  }),

  changePassword: sessionProcedure
    .input(z.strictObject({ current: typed, next: passwordField }))
    .mutation(async ({ ctx, input }) => {
      const { token } = await changePassword(ctx.services, ctx.caller, ctx.address, input)
      ctx.setSession(token)
      return {}
    }),
})
