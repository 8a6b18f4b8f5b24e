import type { WireCase } from './wire-case.ts'

/** A shorter case that still fails, found by leaving out ever smaller parts, then by making bytes plain. */
export function shrink(wire: WireCase, fails: (wire: WireCase) => boolean): WireCase {
  let { text } = wire
  const stillFails = (shorter: string) => fails({ ...wire, text: shorter })
  for (let size = Math.ceil(text.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < text.length; ) {
      const shorter = text.slice(0, at) + text.slice(at + size)
      if (stillFails(shorter)) text = shorter
      else at += size
    }
  }
  for (let at = 0; at < text.length; at++) {
    const plainer = `${text.slice(0, at)}a${text.slice(at + 1)}`
    if (text[at] !== 'a' && stillFails(plainer)) text = plainer
  }
  return { ...wire, text }
}
