import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { shapes } from '../convergence/describe-nodes.ts'
import type { NodeView } from '../outputs.ts'
import { relativeTime } from '../terminal/relative-time.ts'
import { table } from '../terminal/table.ts'

export const nodes = defineCommand({
  name: 'nodes',
  summary: 'list nodes: what each serves, and what it said of the newest revision',
  arguments: [],
  options: {},
  example: 'switchyard nodes --json',
  async run(world, { url }) {
    const { client } = await connect(world, url)
    const found = await client.nodes.list.query()
    if (found.length === 0) return { value: [], lines: ['No node has been heard of yet.'] }
    const rows = found.map((node) => [
      node.name,
      `${shapes[node.state]} ${node.state}`,
      node.serving === null ? '–' : `r${node.serving.number}`,
      node.serving === null ? '–' : relativeTime(node.serving.since, world.now()),
      relativeTime(node.lastHeardAt, world.now()),
      String(node.workers.length),
      String(node.listeners.reduce((sum, { connections }) => sum + connections, 0)),
    ])
    const columns = [
      { title: 'node' },
      { title: 'state' },
      { title: 'serves' },
      { title: 'since' },
      { title: 'heard' },
      { title: 'workers', align: 'right' as const },
      { title: 'connections', align: 'right' as const },
    ]
    return { value: found, lines: [...table(columns, rows), ...found.flatMap(whyRejected)] }
  },
})

function whyRejected({ name, state, outcome }: NodeView): string[] {
  if (state !== 'rejected' || outcome?.status !== 'rejected') return []
  return [
    '',
    `${name} rejected r${outcome.number}: ${outcome.code}: ${outcome.message}`,
    ...outcome.problems.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`),
  ]
}
