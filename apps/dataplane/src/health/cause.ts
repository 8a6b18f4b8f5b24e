import type { Cause, CauseCode } from '@switchyard/core/target-events'

/** @param detail may come from outside: it is cut, and holds nothing but visible characters */
export function cause(code: CauseCode, detail: string): Cause {
  return { code, detail: detail.replace(/[^ -~]+/g, ' ').slice(0, 300) }
}
