import { connect } from '../access/connect.ts'
import { defineCommand } from '../command.ts'
import { changeTarget, targetOptions } from './change-target.ts'

export const drain = defineCommand({
  name: 'drain',
  summary: 'let a target take nothing new and finish what it has',
  arguments: ['UPSTREAM/TARGET'],
  options: { undrain: { help: 'Let it take traffic again' }, ...targetOptions },
  example: 'switchyard drain shop/b --publish --wait',
  async run(world, { options, positionals: [place = ''], url }) {
    const { undrain } = options
    return changeTarget(world, await connect(world, url), place, options, {
      send: ({ client }, at) => (undrain ? client.targets.undrain.mutate(at) : client.targets.drain.mutate(at)),
      becomes: undrain ? 'takes traffic' : 'drains',
    })
  },
})
