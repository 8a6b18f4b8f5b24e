import type { AccessEntry } from '../access-entry.ts'

type Received = NonNullable<AccessEntry['received']>

/** A request that is over, for the access log. */
export function entryOf(
  fields: Partial<AccessEntry> = {},
  received: Partial<Omit<Received, 'header'>> = {},
  headers: Record<string, string> = {},
): AccessEntry {
  return {
    id: '0123456789abcdef0123456789abcdef',
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    time: Date.UTC(2026, 10, 22, 17, 6, 47, 23),
    listener: 'web',
    client: { ip: '198.51.100.7', port: 50_123 },
    received: {
      method: 'GET',
      url: '/api/products?page=2',
      host: 'shop.example.com',
      httpVersion: '1.1',
      header: (name) => headers[name],
      ...received,
    },
    status: 200,
    bytesIn: 0,
    bytesOut: 512,
    route: { id: 'shop' },
    upstream: { id: 'shop' },
    target: { id: 'a' },
    attempts: 1,
    waitingMs: 0.25,
    connectMs: 0,
    responseMs: 1.5,
    totalMs: 2.007,
    termination: 'completed',
    tlsVersion: undefined,
    ...fields,
  }
}
