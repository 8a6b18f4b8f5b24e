import { isDeepStrictEqual } from 'node:util'
import { withoutDefaults } from '@switchyard/core/config/canonical'
import type { Config } from '@switchyard/core/config/model'
import { checkConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { renewDraftEtag } from '../draft/draft-etag.ts'
import { replaceDraft } from '../draft/replace-draft.ts'
import { insertRevision } from '../revisions/insert-revision.ts'
import type { Services } from '../services.ts'

/** From which port to which. */
export type Moves = ReadonlyMap<number, number>

/** Reads `8080:8081,2003:2005`. Throws a sentence for anything else. */
export function readMoves(text: string | undefined): Moves {
  const moves = (text || undefined)?.split(',') ?? []
  return new Map(
    moves.map((move) => {
      const [, from, to] = /^(\d{1,5}):(\d{1,5})$/.exec(move) ?? []
      if (!from || !to) throw new Error(`SWITCHYARD_MOVE_PORTS must be pairs such as 8080:8081, not ${move}.`)
      return [Number(from), Number(to)]
    }),
  )
}

/**
 * A start on other ports than the last one: what was published with the old ones follows, listeners and targets on
 * loopback, in the draft and, alone, in a revision of its own. What was edited to other ports since stays.
 */
export async function movePorts(services: Services, moves: Moves): Promise<void> {
  if (moves.size === 0) return
  await services.db.$transaction(async (tx) => {
    const now = services.now()
    const head = await services.heads.read(tx)
    if (!head) return
    const config = withMovedPorts(head.config, moves)
    if (isDeepStrictEqual(config, head.config)) return
    const [problem] = checkConfig(model, config)
    if (problem) throw new Error(`The ports cannot be moved: ${problem.path} ${problem.message}`)

    const draft = await services.drafts.read(tx)
    if (draft.parsed.ok) {
      await replaceDraft(tx, now, draft, withoutDefaults(model, withMovedPorts(draft.parsed.value, moves)))
      await renewDraftEtag(tx, now)
    }
    await insertRevision(tx, now, 'console', head, { config, message: 'Started on other ports' })
  })
}

function withMovedPorts(config: Config, moves: Moves): Config {
  return {
    ...config,
    listeners: config.listeners.map((listener) => ({ ...listener, port: moves.get(listener.port) ?? listener.port })),
    upstreams: config.upstreams.map((upstream) => ({
      ...upstream,
      targets: upstream.targets.map((target) => ({ ...target, url: withMovedPort(target.url, moves) })),
    })),
  }
}

function withMovedPort(url: string, moves: Moves): string {
  const [, host, port, rest] = /^(http:\/\/(?:127\.0\.0\.1|localhost)):(\d+)(.*)$/.exec(url) ?? []
  const to = moves.get(Number(port))
  return to === undefined ? url : `${host}:${to}${rest}`
}
