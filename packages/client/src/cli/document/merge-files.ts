import { readJson } from '@switchyard/core/config/json-text'
import type { TextTree } from '@switchyard/core/config/text'
import { readYaml } from '@switchyard/core/config/yaml-text'
import type { Problem } from '@switchyard/core/errors'
import { formatPath, type Path, parsePath } from '@switchyard/core/schema/path'
import { type FileProblem, refused } from '../failure.ts'
import type { Document, SourceFile } from './document.ts'

/** A file as it was read. */
interface Part {
  name: string
  tree: TextTree
}

/** What came of one key of the document, and for a list where each of its items was written. */
interface Merged {
  value: unknown
  from: Part
  items: { part: Part; index: number }[]
}

/**
 * Puts files together to one document: their lists one after the other, in the order of the files. Each file may name
 * the version of the format; those that do must agree.
 *
 * @throws what is wrong with the files, each problem with its file, line and path there
 */
export function mergeFiles(files: readonly SourceFile[]): Document {
  const problems: FileProblem[] = []
  const merged = new Map<string, Merged>()
  const ids = new Map<string, FileProblem>()
  for (const { name, text, format } of files) {
    const tree = format === 'json' ? readJson(text) : readYaml(text)
    const part = { name, tree }
    if (tree.findings.length > 0) problems.push(...tree.findings.map(({ at, message }) => problemAt(part, at, message)))
    else problems.push(...take(merged, ids, part))
  }
  if (problems.length > 0) throw refused('invalid', 'The files do not make one document.', problems)
  return {
    // Own properties whatever their names, as the reader made them.
    text: JSON.stringify(Object.fromEntries([...merged].map(([key, { value }]) => [key, value]))),
    format: 'json',
    place: (problem) => place(merged, problem),
  }
}

/** Adds a file to what the files before it made. */
function take(merged: Map<string, Merged>, ids: Map<string, FileProblem>, part: Part): FileProblem[] {
  const { value } = part.tree
  // A file of comments only.
  if (value === null) return []
  if (typeof value !== 'object' || Array.isArray(value)) {
    return [problemAt(part, [], 'a document has keys, such as routes, and lists under them')]
  }
  return Object.entries(value).flatMap(([key, inside]: [string, unknown]) => {
    const before = merged.get(key)
    if (!Array.isArray(inside) || (before !== undefined && !Array.isArray(before.value))) {
      if (before === undefined) merged.set(key, { value: inside, from: part, items: [] })
      return before === undefined ? [] : disagreement(part, key, inside, before)
    }
    const list = before ?? { value: [], from: part, items: [] }
    merged.set(key, list)
    const twice = inside.flatMap((item: unknown, index) => findTwice(ids, part, key, item, index))
    list.value = (list.value as unknown[]).concat(inside)
    for (const index of inside.keys()) list.items.push({ part, index })
    return twice
  })
}

function disagreement(part: Part, key: string, value: unknown, { value: first, from }: Merged): FileProblem[] {
  if (value === first) return []
  const said = `${from.name}:${from.tree.lineOf([key])}`
  if (key === 'switchyard') {
    return [problemAt(part, [key], `version ${JSON.stringify(value)} here, ${JSON.stringify(first)} in ${said}`)]
  }
  return [problemAt(part, [key], `this stands in ${said} too, and only lists can be put together`)]
}

/** Ids are unique within their kind, over all files. */
function findTwice(
  ids: Map<string, FileProblem>,
  part: Part,
  kind: string,
  item: unknown,
  index: number,
): FileProblem[] {
  if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string') return []
  const key = `${kind} ${item.id}`
  const here = problemAt(part, [kind, index, 'id'], '')
  const first = ids.get(key)
  if (first !== undefined)
    return [{ ...here, message: `the id "${item.id}" stands in ${first.file}:${first.line} too` }]
  ids.set(key, here)
  return []
}

/** Brings a problem of the merged document back to the file it comes from. What has no line is not about the text. */
function place(merged: ReadonlyMap<string, Merged>, problem: Problem): FileProblem {
  const { path, message, line, ...rest } = problem
  if (line === undefined) return problem
  const [key, index, ...inside] = parsePath(path)
  const found = typeof key === 'string' ? merged.get(key) : undefined
  if (key === undefined || found === undefined) return { ...rest, path, message }
  if (index === undefined) return { ...rest, ...problemAt(found.from, [key], message) }
  const item = typeof index === 'number' ? found.items[index] : undefined
  if (item === undefined) return { ...rest, ...problemAt(found.from, [key, index, ...inside], message) }
  return { ...rest, ...problemAt(item.part, [key, item.index, ...inside], message) }
}

const problemAt = ({ name, tree }: Part, at: Path, message: string): FileProblem => ({
  file: name,
  line: tree.lineOf(at),
  path: formatPath(at),
  message,
})
