import { listNodes } from '../nodes/list.ts'
import type { Services } from '../services.ts'
import { compareToHead } from './compare.ts'
import type { Head } from './head-reader.ts'
import type { HeadView, StatusView } from './revision-view.ts'

/** The draft against what serves, and who serves it. */
export async function readStatus(services: Services): Promise<StatusView> {
  const head = await services.heads.read()
  const draft = await services.drafts.read()
  return {
    draft: {
      ...compareToHead(draft, head),
      etag: draft.etag,
      problems: draft.parsed.ok ? [] : draft.parsed.problems,
      next: (head?.number ?? 0) + 1,
    },
    head: head ? headView(head) : null,
    nodes: await listNodes(services),
  }
}

const headView = ({ number, hash, publishedAt, author, message }: Head): HeadView => ({
  number,
  hash,
  publishedAt,
  author,
  message,
})
