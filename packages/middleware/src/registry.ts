import { respond } from './respond.ts'

/** Every middleware. A new one is a file beside this one and a line here. */
export const middleware = [respond] as const
