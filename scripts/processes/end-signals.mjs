/**
 * A Ctrl-C reaches a script that npm runs twice, once from the terminal and once from npm, which passes it on. What
 * comes within this time is the same wish.
 */
const sameWishMs = 300

/**
 * Calls `end` at the first signal that asks this process to end, and `endNow` at a second one. A hang-up is left alone:
 * it ends a script whose terminal has gone, and not one under `nohup`.
 *
 * @param {{ end(): void, endNow(): void }} wishes
 */
export function onEndSignals({ end, endNow }) {
  /** @type {number | undefined} */
  let asked
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      if (asked === undefined) {
        asked = performance.now()
        end()
      } else if (performance.now() - asked > sameWishMs) {
        endNow()
      }
    })
  }
}
