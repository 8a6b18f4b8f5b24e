interface Condition {
  type: 'exact' | 'regex' | 'present'
  name: string
  value?: string
}

interface WrittenMatch {
  listeners?: string[] | undefined
  hosts?: string[] | undefined
  path?: { type: 'prefix' | 'exact' | 'regex'; value: string } | undefined
  methods?: string[] | undefined
  headers?: Condition[] | undefined
  query?: Condition[] | undefined
}

const few = (things: readonly string[]): string =>
  things.length > 2 ? `${things.slice(0, 2).join(', ')} +${things.length - 2}` : things.join(', ')

const condition = ({ type, name, value = '' }: Condition): string => {
  if (type === 'present') return name
  return type === 'exact' ? `${name}=${value}` : `${name}~${value}`
}

/**
 * A match in one line, as one would write it down: `GET shop.example.com/api/* x-tenant=blue`. A prefix ends in `/*`, as it matches whole segments, a
 * regular expression begins with `~`. Empty when every request matches.
 */
export function matchSummary(match: WrittenMatch | undefined): string {
  if (match === undefined) return ''
  const { hosts = [], path, methods = [], headers = [], query = [], listeners = [] } = match
  const where =
    path === undefined
      ? ''
      : path.type === 'prefix'
        ? `${path.value.replace(/\/$/, '')}/*`
        : path.type === 'exact'
          ? path.value
          : `~${path.value}`
  return [
    few(methods),
    `${few(hosts)}${hosts.length > 1 && where !== '' ? ' ' : ''}${where}`,
    ...headers.map(condition),
    ...query.map((one) => `?${condition(one)}`),
    listeners.length > 0 ? `@${few(listeners)}` : '',
  ]
    .filter((part) => part !== '')
    .join(' ')
}
