import type { Timeline } from './trpc.ts'

/** So many events are kept on a screen; older ones can be asked for again. */
const mostEvents = 1000

/**
 * Puts what is newest before what is known already. Where more happened than fits on a page, what lies between is missing:
 * then it begins anew with the page.
 */
export function takeNewest(known: Timeline | undefined, page: Timeline): Timeline {
  const newest = known?.events[0]
  if (known === undefined || newest === undefined) return page
  const fresh = page.events.filter(({ id }) => id > newest.id)
  if (fresh.length === 0) return known
  if (fresh.length === page.events.length && page.more) return page
  const events = [...fresh, ...known.events]
  return events.length > mostEvents ? { events: events.slice(0, mostEvents), more: true } : { ...known, events }
}

/** Puts a page of older events behind what is known. */
export function takeOlder(known: Timeline, page: Timeline): Timeline {
  const oldest = known.events.at(-1)
  return {
    events: [...known.events, ...page.events.filter(({ id }) => oldest === undefined || id < oldest.id)],
    more: page.more,
  }
}
