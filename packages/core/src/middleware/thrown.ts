import { type ErrorCode, SwitchyardError } from '../errors.ts'

/** What a request is answered with that ends in this error: a middleware refuses by throwing one of ours. */
export function codeOfThrown(error: unknown): ErrorCode {
  return error instanceof SwitchyardError ? error.code : 'internal'
}
