import { parentPort, workerData } from 'node:worker_threads'
import { readConfig } from './read-file.ts'

/** The thread of `readAside`: reads the one file it is given. */
const { bytes, path } = workerData as { bytes: Uint8Array; path: string }
parentPort?.postMessage(readConfig(bytes, path))
