/**
 * The methods that are passed on: those of the IANA registry and the few beside it that Node's parser takes. One that a
 * target may not know could be read there as anything, so the list is closed.
 */
const known = [
  ...['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT', 'QUERY'],
  ...['ACL', 'BIND', 'CHECKOUT', 'COPY', 'LINK', 'LOCK', 'M-SEARCH', 'MERGE', 'MKACTIVITY', 'MKCALENDAR', 'MKCOL'],
  ...['MOVE', 'NOTIFY', 'PROPFIND', 'PROPPATCH', 'PURGE', 'REBIND', 'REPORT', 'SEARCH', 'SUBSCRIBE', 'UNBIND'],
  ...['UNLINK', 'UNLOCK', 'UNSUBSCRIBE'],
]

const byName: ReadonlyMap<string, string> = new Map(known.map((name) => [name, name]))

/** The same text as one constant, or undefined when it is none that is passed on. Methods are case-sensitive. */
export function knownMethod(text: string): string | undefined {
  if (text === 'GET') return 'GET'
  if (text === 'POST') return 'POST'
  return byName.get(text)
}
