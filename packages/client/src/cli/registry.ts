import type { Command } from './command.ts'
import { apply } from './commands/apply.ts'
import { diff } from './commands/diff.ts'
import { drain } from './commands/drain.ts'
import { exportCommand } from './commands/export.ts'
import { login } from './commands/login.ts'
import { logout } from './commands/logout.ts'
import { nodes } from './commands/nodes.ts'
import { publish } from './commands/publish.ts'
import { revisions } from './commands/revisions.ts'
import { rollback } from './commands/rollback.ts'
import { tokenCreate, tokenList, tokenRevoke } from './commands/token.ts'
import { validate } from './commands/validate.ts'
import { weight } from './commands/weight.ts'

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  login,
  logout,
  validate,
  diff,
  apply,
  exportCommand,
  publish,
  revisions,
  rollback,
  nodes,
  drain,
  weight,
  tokenCreate,
  tokenList,
  tokenRevoke,
]
