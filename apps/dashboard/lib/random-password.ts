/** Without 0, O, 1, l and I: it may be read out. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** As many letters as fit into a byte evenly: a byte beyond them would make the first ones likelier. */
const fair = 256 - (256 % letters.length)

/** A password of 20 letters and digits in groups of five, about 116 bits. */
export function randomPassword(): string {
  let text = ''
  while (text.length < 20) {
    for (const byte of crypto.getRandomValues(new Uint8Array(32))) {
      if (byte < fair && text.length < 20) text += letters.charAt(byte % letters.length)
    }
  }
  return [0, 5, 10, 15].map((from) => text.slice(from, from + 5)).join('-')
}
