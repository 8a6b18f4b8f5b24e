import { comparablePath, configuredPath } from '@switchyard/core/http/comparable-path'

/**
 * Takes a prefix off a path, at a segment boundary: `/api` leaves `/x` of `/api/x` and `/` of `/api`. A path that does
 * not begin with it stays as it is. Compared as routes are (`comparablePath`), so that what matched is also stripped;
 * what is left keeps its bytes.
 */
export function compileStripPrefix(prefix: string): (path: string) => string {
  const comparable = (configuredPath(prefix) ?? prefix).replace(/\/$/, '')
  const depth = comparable.split('/').length - 1

  return (path) => {
    let end = 0
    for (let i = 0; i < depth; i++) {
      end = path.indexOf('/', end + 1)
      if (end < 0) end = path.length
    }
    if (comparablePath(path.slice(0, end)) !== comparable) return path
    return path.slice(end) || '/'
  }
}
