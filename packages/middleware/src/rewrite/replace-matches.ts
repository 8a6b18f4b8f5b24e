import { SwitchyardError } from '@switchyard/core/errors'
import { compileExpression } from '@switchyard/core/routing/pattern'
import type { RE2JS } from 're2js'
import { type Piece, parseReplacement } from './replacement.ts'

/** A rewritten path may be this long, in characters; a short path with many matches could otherwise become megabytes. */
const longest = 65_536

/** Replaces every match of an RE2 expression. Throws `uri_too_long` when the outcome is. */
export function compileReplace({ pattern, replacement }: RegexOptions): (path: string) => string {
  const { expression, pieces } = compile(pattern, replacement)

  return (path) => {
    const matcher = expression.matcher(path)
    let result = ''
    let copied = 0
    let matched = false
    while (matcher.find()) {
      // As in Go: after `.*` has taken everything, the nothing that is left does not match once more.
      if (matched && matcher.start() === matcher.end() && matcher.start() === copied) continue
      matched = true
      result += path.slice(copied, matcher.start())
      for (const piece of pieces) result += typeof piece === 'string' ? piece : (matcher.group(piece.group) ?? '')
      copied = matcher.end()
      if (result.length > longest) throw new SwitchyardError('uri_too_long')
    }
    return result + path.slice(copied)
  }
}

interface RegexOptions {
  readonly pattern: string
  readonly replacement: string
}

/** What is wrong with an expression or its replacement. */
export function checkReplace({ pattern, replacement }: RegexOptions): { field: keyof RegexOptions; message: string }[] {
  let expression: RE2JS
  try {
    expression = compileExpression(pattern)
  } catch (error) {
    return [{ field: 'pattern', message: error instanceof Error ? error.message : 'not an expression' }]
  }
  const parsed = parseReplacement(replacement, groupsOf(expression))
  return 'problems' in parsed ? parsed.problems.map((message) => ({ field: 'replacement', message })) : []
}

function compile(pattern: string, replacement: string): { expression: RE2JS; pieces: readonly Piece[] } {
  const expression = compileExpression(pattern)
  const parsed = parseReplacement(replacement, groupsOf(expression))
  if ('problems' in parsed) throw new TypeError(parsed.problems.join('; '))
  return { expression, pieces: parsed.pieces }
}

function groupsOf(expression: RE2JS) {
  return { count: expression.groupCount(), names: Object.keys(expression.namedGroups()) }
}
