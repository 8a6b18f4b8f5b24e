/** A condition on a header field or a query parameter, as in the configuration. */
export type Condition =
  | { readonly type: 'exact'; readonly name: string; readonly value: string }
  | { readonly type: 'regex'; readonly name: string; readonly value: string }
  | { readonly type: 'present'; readonly name: string }

/** What the router reads of a route of the configuration. */
export interface Routable {
  readonly id: string
  readonly enabled: boolean
  readonly priority: number
  readonly match: {
    readonly listeners?: readonly string[] | undefined
    readonly hosts?: readonly string[] | undefined
    readonly path?: { readonly type: 'exact' | 'prefix' | 'regex'; readonly value: string } | undefined
    readonly methods?: readonly string[] | undefined
    readonly headers: readonly Condition[]
    readonly query: readonly Condition[]
  }
}

/** What the router looks at of a request. */
export interface RouteRequest {
  /** The id of the listener it came in by. */
  readonly listener: string
  /** Lower case, without port. */
  readonly host: string
  /** Canonical, see `canonicalPath`; or `*`, for which only routes without a path match. */
  readonly path: string
  readonly method: string
  /** As it stands on the wire, without `?`. */
  readonly query: string
  /** Value of a field by its lower-case name; several are joined with `, `. */
  header(name: string): string | undefined
}
