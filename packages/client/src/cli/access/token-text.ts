import { refused } from '../failure.ts'

/** A token as it was given, perhaps with a line end. It is never repeated in a message. */
export function readTokenText(text: string): string {
  const token = text.trim()
  if (token === '') throw refused('no_token', 'There is no token.')
  if (!/^[A-Za-z0-9._~+/=-]{1,200}$/.test(token)) {
    throw refused('not_a_token', 'This is not a token: it is one word of letters, digits and - . _ ~ + / =.')
  }
  if (token.startsWith('swn_')) {
    throw refused('not_a_token', 'This is a node token, which opens only the API of nodes; an API token is needed.')
  }
  return token
}
