export interface Event {
  /** Empty for data. */
  event: string
  id: string
  data: unknown
}

export interface Stream {
  /** The next event that is no sign of life; throws when the stream has ended. */
  next(): Promise<Event>
  /** The next event within this time, if there is one. */
  nextWithin(ms: number): Promise<Event | undefined>
  close(): void
}

/** Reads server-sent events as tRPC writes them. */
export async function openStream(url: string, headers: Record<string, string>): Promise<Stream> {
  const ending = new AbortController()
  const response = await fetch(url, { headers, signal: ending.signal })
  if (!response.ok || !response.body) throw new Error(`the stream was answered with ${response.status}`)
  const events = parse(response.body)
  let pending: Promise<IteratorResult<Event, void>> | undefined

  const wait = () => {
    pending ??= events.next()
    return pending
  }
  const taken = (result: IteratorResult<Event, void>): Event => {
    pending = undefined
    if (result.done) throw new Error('the stream has ended')
    return result.value
  }
  return {
    next: async () => taken(await wait()),
    async nextWithin(ms) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, ms, undefined)
      })
      const result = await Promise.race([wait(), late])
      clearTimeout(timer)
      return result && taken(result)
    },
    close: () => ending.abort(),
  }
}

async function* parse(body: ReadableStream<Uint8Array>): AsyncGenerator<Event, void> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true })
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const fields = new Map(text.slice(0, end).split('\n').map(fieldOf))
        text = text.slice(end + 2)
        const event = fields.get('event') ?? ''
        if (event === 'ping' || event === 'connected') continue
        yield { event, id: fields.get('id') ?? '', data: JSON.parse(fields.get('data') || 'null') }
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trimStart()]
}
