/** A piece of a replacement: text, or the number or name of a group. */
export type Piece = string | { readonly group: number | string }

/**
 * Takes a replacement apart: `$1` to `$99` and `${name}` stand for groups of the expression, `$$` for a dollar sign.
 * `$12` is group 12 where there is one, and group 1 followed by a 2 where there is not. Gives sentences instead when it
 * names a group that does not exist.
 */
export function parseReplacement(
  text: string,
  groups: { readonly count: number; readonly names: readonly string[] },
): { pieces: Piece[] } | { problems: string[] } {
  const pieces: Piece[] = []
  const problems: string[] = []
  let plain = ''
  const push = (group: number | string) => {
    if (plain !== '') pieces.push(plain)
    plain = ''
    pieces.push({ group })
  }

  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '$') {
      plain += text[i]
      continue
    }
    const [reference = '', named, digits = ''] = /^\$(?:\$|\{(\w{1,64})\}|(\d{1,2}))/.exec(text.slice(i, i + 70)) ?? []
    if (reference === '') {
      problems.push('write $$ for a dollar sign, and $1 for a group or its name in braces after the $')
      break
    }
    i += reference.length - 1
    if (reference === '$$') {
      plain += '$'
    } else if (named !== undefined && !/^\d+$/.test(named)) {
      if (groups.names.includes(named)) push(named)
      else problems.push(`the pattern has no group named ${named}`)
    } else {
      let number = Number(named ?? digits)
      if (named === undefined && number > groups.count && digits.length === 2) {
        number = Number(digits[0])
        i -= 1
      }
      if (number <= groups.count) push(number)
      else problems.push(`the pattern has no group ${number}`)
    }
  }
  if (plain !== '') pieces.push(plain)
  return problems.length > 0 ? { problems } : { pieces }
}
