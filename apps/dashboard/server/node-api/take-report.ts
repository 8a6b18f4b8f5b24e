import type { Report } from '@switchyard/core/node-protocol'
import type { Services } from '../services.ts'

/** Takes note of what a node says of itself. */
export async function takeReport(services: Services, report: Report): Promise<Record<string, never>> {
  if (await services.nodes.heard(report)) services.traffic.heard(report, services.now())
  return {}
}
