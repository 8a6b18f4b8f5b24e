import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { Format } from '@switchyard/core/config/text'
import type { World } from '../command.ts'
import { refused } from '../failure.ts'
import { type Document, documentOfFile, type SourceFile } from './document.ts'

/** What the control plane takes, and no more than that is read. */
const mostBytes = 10 * 1024 * 1024

const formats: Readonly<Record<string, Format>> = { '.yaml': 'yaml', '.yml': 'yaml', '.json': 'json' }

/** Reads a file, a folder of files that make one document, or with `-` standard input. */
export async function readDocument(world: World, path: string): Promise<Document> {
  if (path === '-') return documentOfFile(await readStandardInput(world))
  const about = await named(path, stat(path))
  if (!about.isDirectory()) return documentOfFile(await readSource(path))
  const names = (await named(path, readdir(path))).filter((name) => isDocument(name)).sort()
  if (names.length === 0) throw refused('invalid', `${path} holds no file whose name ends in .yaml, .yml or .json.`)
  const files: SourceFile[] = []
  let bytes = 0
  for (const name of names) {
    const file = await readSource(join(path, name))
    bytes += Buffer.byteLength(file.text)
    if (bytes > mostBytes) throw tooLong(path)
    files.push(file)
  }
  // Only here a document is parsed: one that is a single file goes as it is.
  const { mergeFiles } = await import('./merge-files.ts')
  return mergeFiles(files)
}

/** Those whose names begin with a dot are of editors and tools. */
const isDocument = (name: string): boolean =>
  !name.startsWith('.') && Object.hasOwn(formats, extname(name).toLowerCase())

async function readSource(path: string): Promise<SourceFile> {
  const { size } = await named(path, stat(path))
  if (size > mostBytes) throw tooLong(path)
  const format = formats[extname(path).toLowerCase()] ?? 'yaml'
  return { name: path, text: decode(path, await named(path, readFile(path))), format }
}

/** JSON is told from YAML by whether it is JSON. */
async function readStandardInput({ stdin, signal }: World): Promise<SourceFile> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of addAbortSignal(signal, stdin)) {
    const buffer = Buffer.from(chunk)
    bytes += buffer.length
    if (bytes > mostBytes) throw tooLong('standard input')
    chunks.push(buffer)
  }
  const text = decode('standard input', Buffer.concat(chunks))
  return { name: 'stdin', text, format: isJson(text) ? 'json' : 'yaml' }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function decode(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw refused('invalid', `${name} is not UTF-8 text.`)
  }
}

const tooLong = (name: string) => refused('invalid', `${name} is longer than 10 MB.`)

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
}

async function named<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    throw refused('unreadable', `${path} cannot be read: ${reasons[code] ?? code}.`)
  }
}
