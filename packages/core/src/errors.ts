/**
 * Every way a request or a call can fail: its stable code, the HTTP status, the sentence a client reads, and for
 * errors of forwarding whether the attempt may be made again at another target. The cause is logged, never sent.
 */
interface ErrorEntry {
  readonly status: number
  readonly message: string
  readonly replayable?: boolean
}

export const errors = {
  // answered by a node to clients of the gateway
  bad_request: { status: 400, message: 'The request is not well formed.' },
  no_route: { status: 404, message: 'No route matches this request.' },
  method_not_supported: { status: 405, message: 'This method is not supported here.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive.' },
  body_too_large: { status: 413, message: 'The request body is larger than this route allows.' },
  uri_too_long: { status: 414, message: 'The request target is too long.' },
  headers_too_large: { status: 431, message: 'The request has too many header fields, or they are too long.' },
  internal: { status: 500, message: 'Something went wrong here. The request id finds it in the log.' },
  upgrade_refused: { status: 501, message: 'This protocol cannot be switched to here.' },
  version_not_supported: { status: 505, message: 'This version of HTTP is not spoken here.' },
  connect_failed: { status: 502, message: 'The target could not be reached.', replayable: true },
  target_reset: { status: 502, message: 'The target closed the connection before it answered.' },
  bad_response: { status: 502, message: 'The answer of the target is not well formed.' },
  address_refused: { status: 502, message: 'The address of the target must not be reached from here.' },
  no_target: { status: 503, message: 'No target can take this request now.' },
  queue_full: { status: 503, message: 'The targets have as much as they may, and as many requests wait as may.' },
  queue_timeout: { status: 503, message: 'The request has waited too long for a target to have room.' },
  breaker_open: { status: 503, message: 'Too many requests have failed here; try again in a moment.' },
  overloaded: { status: 503, message: 'This node has more to do than it can; try again in a moment.' },
  connect_timeout: { status: 504, message: 'The target did not accept the connection in time.', replayable: true },
  response_timeout: { status: 504, message: 'The target did not answer in time.' },
  total_timeout: { status: 504, message: 'The request took longer than it may.' },

  // said by a node about a revision, and by the control plane to its callers
  invalid: { status: 400, message: 'Something in the input is wrong.' },
  unauthorized: { status: 401, message: 'Sign in, or send a token.' },
  forbidden: { status: 403, message: 'Your role does not allow this.' },
  not_found: { status: 404, message: 'There is no such thing.' },
  conflict: { status: 409, message: 'Somebody else changed this in the meantime.' },
  in_use: { status: 409, message: 'Something else refers to this.' },
  nothing_to_publish: { status: 409, message: 'The draft does not differ from what serves.' },
  confirmation_required: { status: 412, message: 'This would remove a large part of what serves; confirm it.' },
  too_many_attempts: { status: 429, message: 'Too many attempts; wait a while.' },
  secret_unreadable: { status: 409, message: 'A stored secret cannot be opened: it was stored with another key.' },
  hash_mismatch: { status: 400, message: 'The snapshot does not match its hash.' },
  port_in_use: { status: 409, message: 'A listener cannot have its address and port.' },
  empty_revision: {
    status: 409,
    message: 'The revision has no listeners and no routes; a node that serves something does not take it.',
  },
  worker_silent: { status: 500, message: 'A worker did not answer in time.' },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errors

/** What is wrong at one place of the input. The path is written as in `upstreams[0].targets[1].weight`; empty for the whole. */
export interface Problem {
  path: string
  message: string
  /** Line of the text that the input was read from, beginning with 1. */
  line?: number
}

/** An error that its reader may know about. The `cause` stays inside. */
export class SwitchyardError extends Error {
  readonly code: ErrorCode
  readonly problems: readonly Problem[]

  constructor(code: ErrorCode, options: { message?: string; problems?: readonly Problem[]; cause?: unknown } = {}) {
    super(options.message ?? errors[code].message, { cause: options.cause })
    this.name = 'SwitchyardError'
    this.code = code
    this.problems = options.problems ?? []
  }

  get status(): number {
    return errors[this.code].status
  }
}
