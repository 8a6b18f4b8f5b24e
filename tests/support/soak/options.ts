/** What `npm run soak` was asked for; without it, the short form of the tests. */
export interface SoakOptions {
  readonly seconds: number
  readonly publishes: number
  readonly publishesPerSecond: number
  readonly keptAlivePerSecond: number
  readonly freshPerSecond: number
  readonly downloadMegabytes: number
  readonly seed: number
  /** Idle ones, in one worker. */
  readonly webSockets: number
  /** How long slow clients and backends are watched. */
  readonly slowSeconds: number
}

const short: SoakOptions = {
  seconds: 15,
  publishes: 150,
  publishesPerSecond: 10,
  keptAlivePerSecond: 500,
  freshPerSecond: 50,
  downloadMegabytes: 20,
  seed: 1,
  webSockets: 2000,
  slowSeconds: 9,
}

export function readSoakOptions(): SoakOptions {
  const given = process.env['SOAK_OPTIONS']
  return given === undefined ? short : { ...short, ...(JSON.parse(given) as Partial<SoakOptions>) }
}
