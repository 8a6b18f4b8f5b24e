/** A metric as a scraper of Prometheus reads it. */
export interface Metric {
  readonly type: string
  readonly help: string
  readonly samples: { name: string; labels: Record<string, string>; value: number }[]
}

const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*/

/**
 * Reads the text format of Prometheus, version 0.0.4, and refuses everything that is not in it, or that a scraper would
 * take otherwise than it was meant: a metric in two places, a sample twice, samples of another metric beneath a heading, a
 * histogram whose buckets do not add up.
 *
 * @throws with the line
 */
export function parseExposition(text: string): Map<string, Metric> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end')
  const metrics = new Map<string, Metric>()
  let current: { name: string; metric: Metric } | undefined
  let help: { name: string; text: string } | undefined
  const seen = new Set<string>()
  for (const line of text.slice(0, -1).split('\n')) {
    const wrong = (why: string) => new Error(`${why}: ${line}`)
    const heading = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line)
    if (heading) {
      const [, kind, of = '', rest = ''] = heading
      if (name.exec(of)?.[0] !== of) throw wrong('not a name')
      if (kind === 'HELP') {
        if (help || metrics.has(of)) throw wrong('a second heading')
        help = { name: of, text: rest }
        continue
      }
      if (help?.name !== of) throw wrong('a type without its help')
      if (!['counter', 'gauge', 'histogram'].includes(rest)) throw wrong('not a type')
      current = { name: of, metric: { type: rest, help: help.text, samples: [] } }
      metrics.set(of, current.metric)
      help = undefined
      continue
    }
    if (!current || help) throw wrong('neither a heading nor under one')
    const sample = parseSample(line)
    if (sample === undefined) throw wrong('not a sample')
    const suffix = sample.name.startsWith(current.name) ? sample.name.slice(current.name.length) : undefined
    const allowed = current.metric.type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    if (suffix === undefined || !allowed.includes(suffix)) throw wrong('a sample of something else')
    const identity = `${sample.name} ${JSON.stringify(Object.entries(sample.labels).sort())}`
    if (seen.has(identity)) throw wrong('a sample twice')
    seen.add(identity)
    current.metric.samples.push(sample)
  }
  if (help) throw new Error(`a help without a type: ${help.name}`)
  for (const [name, metric] of metrics) if (metric.type === 'histogram') checkHistogram(name, metric)
  return metrics
}

function parseSample(line: string) {
  const metric = name.exec(line)?.[0]
  if (metric === undefined) return undefined
  let rest = line.slice(metric.length)
  const labels: Record<string, string> = {}
  if (rest.startsWith('{')) {
    rest = rest.slice(1)
    while (!rest.startsWith('}')) {
      const label = labelName.exec(rest)?.[0]
      const value = label === undefined ? undefined : /^="((?:[^"\\]|\\["\\n])*)"/.exec(rest.slice(label.length))
      if (label === undefined || !value || label in labels) return undefined
      labels[label] = (value[1] ?? '').replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
      rest = rest.slice(label.length + value[0].length)
      if (rest.startsWith(',')) rest = rest.slice(1)
      else if (!rest.startsWith('}')) return undefined
    }
    rest = rest.slice(1)
  }
  const value = /^ (?:NaN|[+-]Inf|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.exec(rest)
  if (!value) return undefined
  return { name: metric, labels, value: Number(rest.trim().replace('Inf', 'Infinity')) }
}

function checkHistogram(name: string, { samples }: Metric): void {
  const groups = new Map<string, { buckets: [number, number][]; sum?: number; count?: number }>()
  for (const sample of samples) {
    const { le, ...labels } = sample.labels
    const key = JSON.stringify(Object.entries(labels).sort())
    const group = groups.get(key) ?? { buckets: [] }
    groups.set(key, group)
    if (sample.name === `${name}_bucket`) {
      if (le === undefined) throw new Error(`a bucket of ${name} without a bound`)
      group.buckets.push([Number(le.replace('+Inf', 'Infinity')), sample.value])
    } else if (sample.name === `${name}_sum`) group.sum = sample.value
    else group.count = sample.value
  }
  for (const [key, { buckets, sum, count }] of groups) {
    const wrong = (why: string) => new Error(`${name} ${key}: ${why}`)
    if (buckets.some(([bound, value], i) => bound <= (buckets[i - 1]?.[0] ?? -1) || value < (buckets[i - 1]?.[1] ?? 0)))
      throw wrong('buckets do not grow')
    if (buckets.at(-1)?.[0] !== Number.POSITIVE_INFINITY) throw wrong('no bucket of everything')
    if (sum === undefined || count === undefined || count !== buckets.at(-1)?.[1])
      throw wrong('sum and count do not fit')
  }
}
