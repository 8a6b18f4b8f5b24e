/**
 * Numbers that belong together, in the hands of whoever counts. What grows and what goes up and down are kept apart:
 * only the first survives its worker.
 */
export interface Series {
  /** Its kind and then its labels, with spaces between: `requests web shop shop`. Ids have no spaces. */
  readonly key: string
  /** Set by whoever counts, cleared when the numbers are told. */
  changed: boolean
  /** Numbers that only grow. */
  readonly counters: readonly number[]
  /** Numbers as they are now. */
  readonly gauges: readonly number[]
}

/** For series that have nothing of the kind. */
export const none: readonly number[] = []

/** One number that only grows. */
export class CountSeries implements Series {
  readonly key: string
  changed = false
  readonly counters = [0]
  readonly gauges = none

  constructor(key: string) {
    this.key = key
  }

  add(more = 1): void {
    this.counters[0] = (this.counters[0] as number) + more
    this.changed = true
  }
}

/** What a configuration names, by which series are kept or forgotten. */
export interface Names {
  readonly listeners: ReadonlySet<string>
  readonly routes: ReadonlySet<string>
  readonly upstreams: ReadonlySet<string>
}

interface Identified {
  readonly id: string
}

export function namesOf(config: {
  readonly listeners: readonly Identified[]
  readonly routes: readonly Identified[]
  readonly upstreams: readonly Identified[]
}): Names {
  const ids = (list: readonly Identified[]) => new Set(list.map(({ id }) => id))
  return { listeners: ids(config.listeners), routes: ids(config.routes), upstreams: ids(config.upstreams) }
}

/** Whether everything that a series is about is still there. An empty label stands for "none". */
export function isNamed(key: string, { listeners, routes, upstreams }: Names): boolean {
  const [kind, first = '', route = '', upstream = ''] = key.split(' ')
  switch (kind) {
    case 'requests':
      return listeners.has(first) && routes.has(route) && (upstream === '' || upstreams.has(upstream))
    case 'listener':
    case 'refused':
    case 'turned-away':
      return listeners.has(first)
    case 'upstream':
    case 'retries':
      return upstreams.has(first)
    default:
      return true
  }
}
