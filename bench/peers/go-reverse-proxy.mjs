import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { benchFile, skipsRoutes, versionOf } from './peer.mjs'

/** @type {import('./peer.mjs').Peer} */
export const goReverseProxy = {
  name: 'Go httputil.ReverseProxy',
  version: () => versionOf('go', ['version']),
  skips: skipsRoutes,
  command({ folder, port, backend, certificate }) {
    const program = join(folder, 'reverseproxy')
    cpSync(benchFile('proxies/go'), folder, { recursive: true })
    const { status, stderr } = spawnSync('go', ['build', '-o', program, '.'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 180_000,
    })
    if (status !== 0) throw new Error(`go build: ${stderr}`)
    return [program, `${port}`, `${backend}`, ...(certificate ? [certificate.certificate, certificate.key] : [])]
  },
}
