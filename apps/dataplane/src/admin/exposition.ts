export type Labels = Readonly<Record<string, string | number>>
export type Sample = readonly [value: number, labels?: Labels]

/** How often something took how long. `counts` stand for themselves, one for each bound and one for what is above the last. */
export interface HistogramSample {
  readonly labels: Labels
  readonly sumMs: number
  readonly counts: readonly number[]
}

/**
 * A metric in the text format of Prometheus, version 0.0.4: its help, its type, its samples. Nothing when there are none.
 *
 * @param name without the prefix of ours
 */
export function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const full = `switchyard_${name}`
  return heading(full, type, help) + samples.map((sample) => line(full, sample)).join('')
}

/** A histogram in that format: buckets that each include those before, the last one of everything, sum and count. */
export function histogram(
  name: string,
  help: string,
  boundsMs: readonly number[],
  samples: readonly HistogramSample[],
): string {
  if (samples.length === 0) return ''
  const full = `switchyard_${name}`
  const lines = samples.map(({ labels, sumMs, counts }) => {
    let total = 0
    const buckets = counts.map((count, index) => {
      total += count
      const bound = boundsMs[index]
      return line(`${full}_bucket`, [total, { ...labels, le: bound === undefined ? '+Inf' : bound / 1000 }])
    })
    // Whole microseconds: sums of fractions have long tails.
    const sum = Math.round(sumMs * 1000) / 1e6
    return buckets.join('') + line(`${full}_sum`, [sum, labels]) + line(`${full}_count`, [total, labels])
  })
  return heading(full, 'histogram', help) + lines.join('')
}

const heading = (full: string, type: string, help: string): string => `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n`

function line(full: string, [value, labels = {}]: Sample): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(String(value))}"`)
  return `${full}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`
}

const escapeLabel = (text: string): string => text.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))
