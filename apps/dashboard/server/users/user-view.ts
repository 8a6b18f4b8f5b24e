import type { Role } from '../access/caller.ts'

export interface UserView {
  id: string
  email: string
  role: Role
  disabled: boolean
  /** ISO 8601. */
  createdAt: string
}
