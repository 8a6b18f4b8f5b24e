import type { Report } from '@switchyard/core/node-protocol'
import type { Head } from '../revisions/head-reader.ts'
import type { Services } from '../services.ts'

/** Takes note of what a node says of itself. When it throws, the node tells again what it tells only once. */
export async function takeReport(services: Services, report: Report): Promise<Record<string, never>> {
  if (!(await services.nodes.heard(report))) return {}
  const head = await readHead(services)
  const now = services.now()
  services.health.heard(report, services.traffic.heard(report, now), head, now)
  await services.events.add(report, now)
  return {}
}

/** Whoever pushes it to nodes says that it cannot be read. */
const readHead = (services: Services): Promise<Head | undefined> => services.heads.read().catch(() => undefined)
