import type { RouteRequest } from '../routable.ts'

/** A request for the router: `GET http://shop.example.com/` on the listener `web`, but for what is given. */
export function requestFor(
  parts: Partial<Omit<RouteRequest, 'header'>> & { headers?: Record<string, string> },
): RouteRequest {
  const { headers = {}, ...rest } = parts
  return {
    listener: 'web',
    host: 'shop.example.com',
    path: '/',
    method: 'GET',
    query: '',
    header: (name) => headers[name],
    ...rest,
  }
}
