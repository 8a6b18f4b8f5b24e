/** What the CLI ends with. Scripts rely on these numbers; docs/cli.md and `--help` name them. */
export const exitCodes = {
  ok: 0,
  /** What was asked for is refused: invalid input, something that is not there, a confirmation that is missing. */
  refused: 1,
  /** Of `diff`: there are differences. */
  differences: 2,
  /** Somebody else changed it in the meantime. */
  conflict: 3,
  /** No token, a wrong one, or one whose role does not allow it. */
  unauthorized: 4,
  /** The control plane cannot be reached, or failed. */
  unreachable: 5,
  /** Published, but a node rejected it, or not every node served it in time. */
  notServing: 6,
  /** The command line is wrong; as in sysexits.h. */
  usage: 64,
  /** A defect of the CLI, or an answer that it does not understand; as in sysexits.h. */
  defect: 70,
  /** Ctrl-C; as shells number it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
