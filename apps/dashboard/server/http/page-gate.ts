import type { IncomingMessage, ServerResponse } from 'node:http'
import { setUpRequired } from '../access/access-state.ts'
import type { Services } from '../services.ts'
import { answerError, redirect } from './answer.ts'
import { authenticate } from './authenticate.ts'
import type { Pages } from './pages.ts'
import { setPagePolicy } from './security-headers.ts'

/** Scripts, styles and icons of the pages: the same for everybody. Next's image optimizer fetches URLs, so it stays shut. */
const isAsset = (path: string, dev: boolean): boolean =>
  path.startsWith('/_next/static/') || path === '/icon.svg' || (dev && /^\/(?:_next\/(?!image)|__nextjs)/.test(path))

/** Shows a page to those who may see it: before anybody has an account the set-up, without a session the sign-in. */
export async function handlePage(
  services: Services,
  pages: Pages | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return answerError(response, 'method_not_supported')
  if (!isAsset(path, pages?.dev ?? false)) {
    const elsewhere = await whereTo(services, request, path)
    if (elsewhere !== undefined) return redirect(response, elsewhere)
  }
  if (!pages) return answerError(response, 'not_found', 'This control plane runs without its dashboard.')
  setPagePolicy(request, response, pages.dev)
  await pages.handle(request, response)
}

async function whereTo(services: Services, request: IncomingMessage, path: string): Promise<string | undefined> {
  const caller = await authenticate(services, request, true)
  if (caller) return path === '/sign-in' || path === '/set-up' ? '/' : undefined
  if (await setUpRequired(services)) return path === '/set-up' ? undefined : '/set-up'
  if (path === '/sign-in') return undefined
  return path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(request.url ?? '/')}`
}
