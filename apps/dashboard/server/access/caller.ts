/** `viewer` reads; `admin` also changes. */
export type Role = 'admin' | 'viewer'

/** Who calls: a user with a session, or a script with an API token. */
export type Caller =
  | {
      readonly kind: 'user'
      readonly id: string
      readonly email: string
      readonly role: Role
      readonly session: string
    }
  | { readonly kind: 'token'; readonly id: string; readonly name: string; readonly role: Role }

/** How a caller is named in revisions and audit records. */
export const actorOf = (caller: Caller): string => (caller.kind === 'user' ? caller.email : `token ${caller.name}`)

/** Roles come out of the database as text; anything unknown gets the least. */
export const roleOf = (text: string | null): Role => (text === 'admin' ? 'admin' : 'viewer')
