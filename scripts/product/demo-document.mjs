import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../repository.mjs'

/**
 * Writes the demo's configuration with the ports of this start and gives its path. The control plane reads it only
 * when nothing was ever published.
 *
 * @param {import('./settings.mjs').Settings} settings
 */
export function writeDemoDocument({ home, gatewayPort, demoPorts }) {
  const [a, b] = demoPorts
  const text = readFileSync(join(root, 'demo', 'gateway.yaml'), 'utf8')
    .replace('port: 8080', `port: ${gatewayPort}`)
    .replace('127.0.0.1:2003', `127.0.0.1:${a}`)
    .replace('127.0.0.1:2004', `127.0.0.1:${b}`)
  const file = join(home, 'demo.yaml')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  writeFileSync(file, text)
  return file
}
