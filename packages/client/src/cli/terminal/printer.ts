import type { Answer } from '../command.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Failure, FileProblem } from '../failure.ts'
import { plainJson, plainLine, plainText } from './plain-text.ts'

/** Where text goes. */
export interface Sinks {
  out: { write(text: string): unknown; isTTY?: boolean }
  err: { write(text: string): unknown }
}

/**
 * All that is written goes through here, so that nothing a server says can act on a terminal, and with `--json`
 * standard output is one JSON value and each line of standard error another.
 */
export class Printer {
  readonly #sinks: Sinks
  readonly #json: boolean
  readonly #warned = new Set<string>()

  constructor(sinks: Sinks, json: boolean) {
    this.#sinks = sinks
    this.#json = json
  }

  answer({ value, lines, text }: Answer): void {
    const { out } = this.#sinks
    if (this.#json) out.write(`${plainJson(value)}\n`)
    // A document goes into a file or a pipe as it is.
    else if (text !== undefined) out.write(out.isTTY ? plainText(text) : text)
    else out.write(lines.map((line) => `${plainLine(line)}\n`).join(''))
  }

  failure({ code, message, problems, exitCode }: Failure): void {
    if (this.#json) {
      this.#error({ error: { code, message, problems } })
      return
    }
    for (const problem of problems) this.#say(describeProblem(problem))
    this.#say(message)
    if (code === 'confirmation_required') this.#say('With --confirm it is done all the same.')
    if (exitCode === exitCodes.usage) this.#say('"switchyard --help" says how it is used.')
  }

  warn(text: string): void {
    if (this.#warned.has(text)) return
    this.#warned.add(text)
    if (this.#json) this.#error({ warning: text })
    else this.#say(`Warning: ${text}`)
  }

  note(text: string): void {
    if (!this.#json) this.#say(text)
  }

  ask(text: string): void {
    this.#sinks.err.write(plainText(text))
  }

  #say(line: string): void {
    this.#sinks.err.write(`${plainLine(line)}\n`)
  }

  /** On one line, so that warnings and an error can be told apart. */
  #error(value: object): void {
    this.#sinks.err.write(`${plainJson(value).replace(/\n */g, ' ')}\n`)
  }
}

/** `gateway.yaml:12: routes[0].colour: unknown field`, the form that editors make a link of. */
function describeProblem({ file, line, path, message }: FileProblem): string {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `
  return `${place}${path === '' ? '' : `${path}: `}${message}`
}
