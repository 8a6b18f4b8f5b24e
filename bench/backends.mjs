import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nginxCommand } from './peers/nginx.mjs'
import { runPinned } from './running.mjs'

/**
 * A backend for all of them, which answers a few bytes to everything, and 1 MB to /1mb: nginx where it is installed,
 * since nothing else leaves as much of the core to the load.
 */
export function runBackend() {
  const hasNginx = spawnSync('nginx', ['-v']).status === 0
  return runPinned('rest', (folder, port) =>
    hasNginx
      ? nginxBackend(folder, port)
      : [process.execPath, new URL('backend.mjs', import.meta.url).pathname, `${port}`],
  )
}

/**
 * @param {string} folder
 * @param {number} port
 */
function nginxBackend(folder, port) {
  writeFileSync(join(folder, '1mb'), 'x'.repeat(1_000_000))
  // Started by root, nginx reads files as another user.
  chmodSync(folder, 0o755)
  return nginxCommand(
    folder,
    `sendfile on;
  open_file_cache max=10;
  server {
    listen 127.0.0.1:${port};
    location = /1mb { root ${folder}; }
    location / { return 200 "Hello from the bench.\\n"; }
  }`,
  )
}
