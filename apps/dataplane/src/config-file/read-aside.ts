import { readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { type ReadFile, readConfig } from './read-file.ts'

/** What is shorter is read sooner than a thread begins. */
const shortBytes = 256 * 1024

/** From source this is TypeScript, and so is its neighbour. */
const thread = new URL(import.meta.url.endsWith('.ts') ? './read-thread.ts' : './read-thread.js', import.meta.url)

/**
 * Reads a configuration file as `readConfigFile` does, a long one in a thread: the supervisor takes the connections for
 * all workers, and the YAML of 10,000 routes would keep them waiting for seconds.
 *
 * @throws when the file cannot be read
 */
export async function readAside(path: string): Promise<ReadFile> {
  const bytes = await readFile(path)
  if (bytes.length <= shortBytes) return readConfig(bytes, path)
  const worker = new Worker(thread, { workerData: { bytes, path } })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', () => reject(new Error('The thread ended before it had read the file.')))
    })
  } finally {
    void worker.terminate()
  }
}
