import { z } from 'zod'
import { fields } from '../schema/fields.ts'
import { defineStrategy } from './contract.ts'
import { weightShares } from './shares.ts'
import { SmoothWeightedRoundRobin } from './smooth-weighted-round-robin.ts'

/**
 * nginx's smooth weighted round robin (`ngx_http_upstream_round_robin.c`): 5, 1, 1 gives a a b a c a a. A target that
 * fails loses `weight / maxFails` of its effective weight and earns it back by one at each pick.
 */
export const weightedRoundRobin = defineStrategy({
  type: 'weighted-round-robin',
  title: 'Weighted round robin',
  description: 'Takes turns in proportion to weight, evenly spread. The sequence is that of nginx.',
  options: {
    maxFails: z.int().min(0).max(65_535).default(1).register(fields, {
      title: 'Failures',
      description: 'A failure takes the weight divided by this from the target for a while. 0 is off.',
      advanced: true,
    }),
  },
  create: (targets, options, services) => new SmoothWeightedRoundRobin(targets, options.maxFails, services),
  shares: weightShares,
})
