/** The beginning of a thread whose own file is TypeScript: Node 20 does not read that, and tsx has to be asked in each thread. */
import { workerData } from 'node:worker_threads'
import { register } from 'tsx/esm/api'

register()
await import(workerData.file)
