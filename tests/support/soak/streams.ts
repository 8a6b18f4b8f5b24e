import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { patternAt, patternSum } from '../pattern.ts'
import { type Address, head, RawConnection } from '../raw-http.ts'
import type { Findings } from './findings.ts'

/** Something long that goes on beside the requests. `finished` never rejects: what is wrong is among the findings. */
export interface Stream {
  /** In so many echoes, events or bytes. */
  readonly progress: number
  readonly finished: Promise<void>
  /** For those without an end of their own. */
  end(): void
}

/** A WebSocket that says a number each second and expects it back, until it is ended. */
export function echo(address: Address, findings: Findings, name: string): Promise<Stream> {
  return converse(address, '/sockets', name, findings, ({ ending, code, heard, said }) => {
    if (!ending || code !== 1000) findings.add(name, `closed with ${code}`)
    else if (heard < said) findings.add(name, `${said - heard} of ${said} messages never came back`)
  })
}

/** The same to a target that leaves: it goes on until the time to drain is over, and ends with a word about that. */
export function leave(address: Address, findings: Findings, name: string): Promise<Stream> {
  return converse(address, '/leaving', name, findings, ({ ending, code }) => {
    if (ending || code !== 1012) findings.add(name, ending ? 'was never ended' : `closed with ${code}`)
  })
}

interface Ended {
  /** It was our own wish. */
  readonly ending: boolean
  readonly code: number
  readonly said: number
  readonly heard: number
}

function converse(
  { port }: Address,
  path: string,
  name: string,
  findings: Findings,
  onEnd: (ended: Ended) => void,
): Promise<Stream> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`)
  let said = 0
  let heard = 0
  let ending = false
  let timer: NodeJS.Timeout | undefined
  const say = () => {
    socket.send(String(said++))
    timer = setTimeout(say, 1000)
  }
  socket.on('message', (data) => {
    if (data.toString() !== String(heard)) findings.add(name, `heard ${data.toString()}, not ${heard}`)
    heard++
  })
  socket.on('error', (error) => findings.add(name, error))
  const finished = new Promise<void>((resolve) => {
    socket.on('close', (code) => {
      clearTimeout(timer)
      onEnd({ ending, code, said, heard })
      resolve()
    })
  })
  const stream: Stream = {
    get progress() {
      return heard
    },
    finished,
    end() {
      ending = socket.readyState === WebSocket.OPEN
      clearTimeout(timer)
      // What was said last is on its way back.
      setTimeout(() => socket.close(1000), 500)
    },
  }
  return new Promise((resolve) => {
    socket.on('open', () => {
      timer = setTimeout(say, Math.random() * 1000)
      resolve(stream)
    })
    socket.on('close', () => resolve(stream))
  })
}

/** Server-sent events, whose numbers must come without a gap, until it is ended. */
export function follow(address: Address, findings: Findings, name: string): Stream {
  let ending = false
  let expected = 0
  let text = ''
  let closed = () => {}
  const finished = new Promise<void>((resolve) => {
    closed = resolve
  })
  const connection = new RawConnection(address, (error) => {
    if (!ending) findings.add(name, error)
    closed()
  })
  connection
    .request(head('GET', '/events'), {
      onHead: ({ status }) => {
        if (status !== 200) findings.add(name, `answered ${status}`)
      },
      onBody: (chunk) => {
        text += chunk.toString('latin1')
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const event = text.slice(0, end)
          text = text.slice(end + 2)
          if (event !== `id: ${expected}\ndata: ${expected}`) findings.add(name, `not event ${expected}: ${event}`)
          expected++
        }
      },
    })
    .then(
      () => findings.add(name, 'ended by itself'),
      () => {},
    )
  return {
    get progress() {
      return expected
    },
    finished,
    end() {
      ending = true
      connection.destroy()
    },
  }
}

/** A download that takes about so long, whatever its size. */
export function download(address: Address, findings: Findings, name: string, bytes: number, ms: number): Stream {
  const connection = new RawConnection(address)
  const { socket } = connection
  const hash = createHash('sha256')
  const began = performance.now()
  let received = 0
  let hurry = false
  let resume: NodeJS.Timeout | undefined
  const answer = connection.request(head('GET', `/files/download?bytes=${bytes}`), {
    onBody: (chunk) => {
      hash.update(chunk)
      received += chunk.length
      const wait = began + (received / bytes) * ms - performance.now()
      if (hurry || wait < 10 || resume !== undefined) return
      socket.pause()
      resume = setTimeout(() => {
        resume = undefined
        socket.resume()
      }, wait)
    },
  })
  const finished = answer
    .then(({ status }) => {
      if (status !== 200) findings.add(name, `answered ${status}`)
      else if (received !== bytes) findings.add(name, `${received} of ${bytes} bytes came`)
      else if (hash.digest('hex') !== patternSum(bytes)) findings.add(name, 'the checksum differs')
    })
    .catch((error) => findings.add(name, `${error} after ${received} of ${bytes} bytes`))
    .finally(() => connection.destroy())
  return {
    get progress() {
      return received
    },
    finished,
    end() {
      hurry = true
      clearTimeout(resume)
      socket.resume()
    },
  }
}

/** An upload that takes about so long. One with an odd number of bytes goes in chunks. */
export function upload(
  address: Address,
  findings: Findings,
  name: string,
  id: number,
  { bytes, ms }: { bytes: number; ms: number },
): Stream {
  const chunked = bytes % 2 === 1
  const pieceMs = 100
  const piece = Math.min(65_521, Math.ceil(bytes / (ms / pieceMs)))
  let sent = 0
  let hurry = false

  async function run(): Promise<void> {
    const connection = new RawConnection(address)
    const framing: Record<string, string | number> = chunked
      ? { 'transfer-encoding': 'chunked' }
      : { 'content-length': bytes }
    const answer = connection.request(head('POST', '/uploads', { 'x-soak-id': id, ...framing }))
    let answered = false
    answer.then(
      () => {
        answered = true
      },
      () => {
        answered = true
      },
    )
    try {
      while (sent < bytes && !answered) {
        const part = patternAt(sent, Math.min(piece, bytes - sent))
        if (chunked) connection.socket.write(`${part.length.toString(16)}\r\n`)
        connection.socket.write(part)
        if (chunked) connection.socket.write('\r\n')
        sent += part.length
        await sleep(hurry ? 1 : pieceMs)
      }
      if (chunked) connection.socket.write('0\r\n\r\n')
      const { status, body } = await answer
      if (status !== 200) findings.add(name, `answered ${status} after ${sent} of ${bytes} bytes`)
      else if (body.toString() !== patternSum(bytes)) findings.add(name, 'the checksum differs')
    } catch (error) {
      findings.add(name, `${error} after ${sent} of ${bytes} bytes`)
    } finally {
      connection.destroy()
    }
  }

  return {
    get progress() {
      return sent
    },
    finished: run(),
    end() {
      hurry = true
    },
  }
}
