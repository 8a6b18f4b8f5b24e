import type { IncomingMessage, ServerResponse } from 'node:http'
import { Backend } from './backend.ts'

type Mood = (request: IncomingMessage, response: ServerResponse) => boolean

/** Takes requests and never answers. */
export const hangs: Mood = () => true

/** Answers everything, probes too, with this status. */
export const answers =
  (status: number): Mood =>
  (_request, response) => {
    response.writeHead(status).end()
    return true
  }

/** Answers so at one path, and is well at all others. */
export const answersAt =
  (path: string, status: number): Mood =>
  (request, response) =>
    request.url === path && answers(status)(request, response)

/** Takes so long over everything but probes. */
export const takes =
  (ms: number, name: string): Mood =>
  (request, response) => {
    if (request.url === '/health') return false
    setTimeout(() => response.setHeader('x-backend', name).end(name), ms)
    return true
  }

/** A backend that dies and comes back at the same address. */
export class Mortal {
  readonly name: string
  readonly port: number
  backend: Backend

  private constructor(name: string, backend: Backend) {
    this.name = name
    this.backend = backend
    this.port = backend.port
  }

  static async start(name: string): Promise<Mortal> {
    return new Mortal(name, await Backend.start(name))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Its listener and every connection are gone: further ones are refused. */
  async die(): Promise<void> {
    await this.backend.close()
  }

  async revive(): Promise<void> {
    this.backend = await Backend.start(this.name, this.port)
  }
}
