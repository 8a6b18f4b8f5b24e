import { connect } from '../access/connect.ts'
import { readInteger } from '../arguments.ts'
import { defineCommand } from '../command.ts'
import { changeTarget, targetOptions } from './change-target.ts'

export const weight = defineCommand({
  name: 'weight',
  summary: 'set the weight of a target; 0 lets it take nothing new',
  arguments: ['UPSTREAM/TARGET', 'N'],
  options: targetOptions,
  example: 'switchyard weight shop/b 3 --publish',
  async run(world, { options, positionals: [place = '', given = ''], url }) {
    const value = readInteger('The weight', given, 0, 65_535)
    return changeTarget(world, await connect(world, url), place, options, {
      send: ({ client }, at) => client.targets.setWeight.mutate({ ...at, weight: value }),
      becomes: `has weight ${value}`,
    })
  },
})
