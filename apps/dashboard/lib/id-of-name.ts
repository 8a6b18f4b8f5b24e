/** An id to begin with for something that has a server name: `*.shop.example.com` gives `shop-example-com`. */
export const idOfName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '')
