import { RE2JS, RE2Set } from 're2js'

/** A limit on the compiled size: time is linear in the text, but with the size as its factor. */
const largest = 10_000

/** Compiles an RE2 expression; throws when it is wrong, or so large (nested or many repeats) that matching takes long. */
export function compileExpression(expression: string): RE2JS {
  const compiled = RE2JS.compile(expression)
  if (compiled.programSize() > largest) throw new RangeError('too large: it repeats too much, too often')
  return compiled
}

/** Tells whether the whole of a text matches an RE2 expression. Linear time; case counts. Throws as `compileExpression` does. */
export function compilePattern(expression: string): (text: string) => boolean {
  const compiled = compileExpression(expression)
  return (text) => compiled.testExact(text)
}

/**
 * Many expressions as one automaton: the indexes of those that the whole text matches, in no order. One pass over the
 * text, however many there are.
 */
export function compilePatternSet(expressions: readonly string[]): (text: string) => readonly number[] {
  const set = new RE2Set(RE2Set.ANCHOR_BOTH)
  for (const expression of expressions) set.add(expression)
  set.compile()
  return (text) => set.match(text)
}

/**
 * What every text that matches begins with, as far as it can be told at a glance; empty when it cannot. Errs on the
 * short side: it only narrows the search, the expression itself decides.
 */
export function literalPrefix(expression: string): string {
  if (hasTopLevelChoice(expression)) return ''
  let prefix = ''
  let i = expression.startsWith('^') ? 1 : 0
  while (i < expression.length) {
    let character = expression[i] as string
    let next = i + 1
    if (character === '\\') {
      character = expression[next] ?? ''
      if (!/^[!-/:-@[-`{-~]$/.test(character)) break
      next += 1
    } else if (/[.*+?()[\]{}|^$]/.test(character)) {
      break
    }
    // A quantifier makes the character before it optional or repeated.
    if (/^[*?{+]/.test(expression.slice(next))) break
    prefix += character
    i = next
  }
  return prefix
}

/** A `|` outside every group; also true where this reader is not sure. */
function hasTopLevelChoice(expression: string): boolean {
  if (expression.includes('\\Q')) return true
  let depth = 0
  for (let i = 0; i < expression.length; i++) {
    const character = expression[i]
    if (character === '\\') i += 1
    else if (character === '[') {
      const close = /^\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]/.exec(expression.slice(i))
      if (!close) return true
      i += close[0].length - 1
    } else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (character === '|' && depth <= 0) return true
  }
  return false
}
