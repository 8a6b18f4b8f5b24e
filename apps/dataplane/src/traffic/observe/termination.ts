import type { ErrorCode } from '@switchyard/core/errors'

/**
 * How a request ended, for the log and the counters: a code of the table of errors where the node answered with it or
 * cut the answer off for it, else one of these.
 *
 * - `completed` everything was sent, or the tunnel was closed by one of its ends
 * - `client_gone` the client closed its connection before that
 * - `client_stalled` it took nothing of the answer for too long
 * - `target_stalled` the target sent nothing more of its body for too long
 * - `tunnel_idle` nothing moved in a tunnel for too long
 * - `drained` the target was to leave, and the time to finish was over
 */
export type Termination =
  | ErrorCode
  | 'completed'
  | 'client_gone'
  | 'client_stalled'
  | 'target_stalled'
  | 'tunnel_idle'
  | 'drained'
