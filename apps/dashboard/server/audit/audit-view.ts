/** One change that somebody made. */
export interface AuditView {
  id: number
  /** ISO 8601. */
  at: string
  /** An email address, `token NAME`, or `console`. */
  actor: string
  /** Such as `create`, `publish`, `sign-in`. */
  action: string
  /** Such as `upstreams`, `users`, `revisions`. */
  kind: string
  resource: string
  /** What changed, in sentences. */
  detail: string[]
}
