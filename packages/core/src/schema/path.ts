/** Where something stands in a document: keys and positions, outside in. */
export type Path = readonly (string | number)[]

/** Writes a path as people read it: `upstreams[0].targets[1].weight`; a key that is no plain word stands in `["…"]`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(step)) text += `[${JSON.stringify(step)}]`
    else text += text === '' ? step : `.${step}`
  }
  return text
}

/** The path that `formatPath` wrote. */
export function parsePath(text: string): Path {
  return [...text.matchAll(/\.?([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(
    ([, word, index, quoted]) => word ?? (quoted === undefined ? Number(index) : String(JSON.parse(quoted))),
  )
}
