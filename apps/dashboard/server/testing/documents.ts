/** A listener, an upstream with weights 5 and 1, and a route: what the demo has. */
export const shopDocument = {
  switchyard: 1,
  listeners: [{ id: 'web', port: 8080 }],
  upstreams: [
    {
      id: 'shop',
      strategy: { type: 'weighted-round-robin' },
      targets: [
        { id: 'a', url: 'http://127.0.0.1:2003', weight: 5 },
        { id: 'b', url: 'http://127.0.0.1:2004' },
      ],
    },
  ],
  routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
} as const

/** A document with so many routes that answer by themselves. */
export const routesDocument = (count: number) => ({
  switchyard: 1,
  listeners: [{ id: 'web', port: 8080 }],
  routes: Array.from({ length: count }, (_, i) => ({
    id: `page-${i}`,
    match: { path: { type: 'exact', value: `/${i}` } },
    middleware: [{ type: 'respond', body: `page ${i}` }],
  })),
})
