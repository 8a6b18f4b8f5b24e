/** A change of thousands of resources is told by its first sentences; the documents have the rest. */
const maxSentences = 200

export function sumUp(sentences: readonly string[]): string[] {
  const more = sentences.length - maxSentences
  return more > 0 ? [...sentences.slice(0, maxSentences), `and ${more} more`] : [...sentences]
}
