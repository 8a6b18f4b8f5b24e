import cluster from 'node:cluster'
import { fileURLToPath } from 'node:url'

/** The program of a node, and of each of its workers: they load only their own half. */
if (cluster.isWorker) {
  const { runWorker } = await import('./worker/worker.ts')
  runWorker()
} else {
  await main()
}

async function main(): Promise<void> {
  const { readOptions, usage } = await import('./options.ts')
  const asked = readOptions(process.argv.slice(2), process.env)
  if (asked.type === 'help') {
    process.stdout.write(usage)
  } else if (asked.type === 'version') {
    const { version } = await import('./version.ts')
    process.stdout.write(`${version}\n`)
  } else if (asked.type === 'wrong') {
    process.stderr.write(`${asked.message}\nTry switchyard-dataplane --help.\n`)
    process.exitCode = 1
  } else if (asked.options.check && asked.options.source.type === 'file') {
    const { check } = await import('./check.ts')
    process.exitCode = await check(asked.options.source.path, {
      out: (text) => process.stdout.write(text),
      err: (text) => process.stderr.write(text),
    })
  } else {
    const { runNode } = await import('./node/run.ts')
    await runNode(asked.options, fileURLToPath(import.meta.url))
  }
}
