import { wrongUsage } from '../failure.ts'

/**
 * The address of a control plane, in the one form under which its token is kept: without a slash at the end.
 *
 * @throws what holds a user or password, which would be seen and stored; a query or fragment; anything but http and https
 */
export function readControlUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw wrongUsage('The address of a control plane is a URL such as http://127.0.0.1:4000.')
  }
  if (url.username !== '' || url.password !== '') {
    throw wrongUsage('The address must not hold a user or password; a token opens the control plane.')
  }
  if (url.search !== '' || url.hash !== '') throw wrongUsage('The address must have no query and no fragment.')
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

/** Whether a token would go over a network where others can read it. */
export function isReadable(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
