import { parseConfig } from '../parse.ts'
import { testModel } from './test-model.ts'

/** Problems of a document, as `path: message`. */
export function problemsOf(document: object): string[] {
  const parsed = parseConfig(testModel, { switchyard: 1, ...document })
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`)
}

export const upstream = (fields: object = {}) => ({
  id: 'shop',
  targets: [{ id: 'a', url: 'http://10.0.0.1:80' }],
  ...fields,
})
export const route = (fields: object = {}) => ({ id: 'shop', forward: { upstream: 'shop' }, ...fields })
export const ofRoute = (fields: object) => problemsOf({ upstreams: [upstream()], routes: [route(fields)] })
export const ofUpstream = (fields: object) => problemsOf({ upstreams: [upstream(fields)] })
export const ofUrl = (url: string) => ofUpstream({ targets: [{ id: 'a', url }] })
export const ofListeners = (...listeners: object[]) =>
  problemsOf({ listeners: listeners.map((l, i) => ({ id: `l${i}`, ...l })) })
