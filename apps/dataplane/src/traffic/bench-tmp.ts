import { parseConfig } from '@switchyard/core/config/parse'
import { model } from '@switchyard/middleware/model'
import { createTraffic } from './traffic.ts'

const log = {
  debug() {},
  info() {},
  warn(o: object, m: string) {
    console.error(m, o)
  },
  error(o: object, m: string) {
    console.error(m, o)
  },
}
const t = createTraffic({ log })
const parsed = parseConfig(model, {
  switchyard: 1,
  listeners: [{ id: 'web', address: '127.0.0.1', port: 29000 }],
  upstreams: [{ id: 'app', targets: [{ id: 'a', url: 'http://127.0.0.1:29001' }] }],
  routes: [{ id: 'all', forward: { upstream: 'app' } }],
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
;(await t.prepare({ number: 1, hash: 'x', config: parsed.value as never })).commit()
let last = process.cpuUsage()
process.on('SIGUSR2', () => {
  const c = process.cpuUsage(last)
  last = process.cpuUsage()
  console.log('cpu us', c.user + c.system, JSON.stringify(t.state()), process.memoryUsage().rss >> 20)
})
console.log('ready')
