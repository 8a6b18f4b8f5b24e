import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'

/** Text in a file behind a line with its SHA-256, so that one that is cut short or damaged is found. It ends with a line end. */
export async function readChecked(file: string): Promise<string | 'damaged' | undefined> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'damaged'
  }
  const begin = text.indexOf('\n') + 1
  const content = text.slice(begin, -1)
  return begin > 0 && text.endsWith('\n') && text.slice(0, begin - 1) === sha256(content) ? content : 'damaged'
}

/** On disk when it resolves; only the owner may read it. */
export async function writeChecked(file: string, content: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(`${sha256(content)}\n${content}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes renames in it last. Some file systems refuse to sync a folder; there is nothing more to do there. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch (error) {
    if (!/^(EINVAL|ENOTSUP|EPERM|EISDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle.close()
  }
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
