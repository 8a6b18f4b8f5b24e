import { headers } from './headers.ts'
import { redirect } from './redirect/redirect.ts'
import { respond } from './respond.ts'
import { rewrite } from './rewrite/rewrite.ts'

/** Every middleware. A new one is a file beside this one and a line here. */
export const middleware = [headers, rewrite, redirect, respond] as const
