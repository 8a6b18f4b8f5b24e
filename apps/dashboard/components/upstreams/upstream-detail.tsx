'use client'

import type { Field } from '@switchyard/core/schema/describe'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { KnownUpstream } from '../../lib/known-upstream.ts'
import { predictedShares, targetsOf } from '../../lib/predicted.ts'
import { shareSegments } from '../../lib/share-segments.ts'
import { servedWeights } from '../../lib/shares-before.ts'
import type { LoadedUpstream } from '../../lib/trpc.ts'
import { decisiveHealth } from '../../lib/upstream-health.ts'
import { useHealth } from '../../lib/use-health.ts'
import { useHeard } from '../../lib/use-heard.ts'
import { useResourceForm } from '../../lib/use-resource-form.ts'
import { useSearchParam } from '../../lib/use-search-param.ts'
import { useStatus } from '../../lib/use-status.ts'
import { useTraffic } from '../../lib/use-traffic.ts'
import { useUser } from '../../lib/use-user.ts'
import { useWeightEdits } from '../../lib/use-weight-edits.ts'
import { YamlView } from '../resources/yaml-view.tsx'
import { ShareBar } from '../shares/share-bar.tsx'
import { ShareHandles } from '../shares/share-handles.tsx'
import { Timeline } from '../timeline/timeline.tsx'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { ShareLabels } from './share-labels.tsx'
import { TargetDialog } from './target-dialog.tsx'
import { type Question, TargetQuestion } from './target-question.tsx'
import { TargetTable } from './target-table.tsx'
import { UpstreamExplain } from './upstream-explain.tsx'
import { UpstreamActions, UpstreamFigures, UpstreamTitle } from './upstream-head.tsx'
import { UpstreamNotices } from './upstream-notices.tsx'
import { UpstreamSettings } from './upstream-settings.tsx'

/** One upstream: how its traffic is shared and how it could be, its targets, and everything else about it below. */
export function UpstreamDetail({ upstream, fields }: { upstream: LoadedUpstream; fields: Record<string, Field> }) {
  const t = useTranslations('upstreams')
  const { canEdit } = useUser()
  const traffic = useTraffic()?.upstreams[upstream.id]
  const health = useHealth()?.upstreams[upstream.id]
  const heard = useHeard()
  const { data: status } = useStatus()
  const served = servedWeights(upstream.id, upstream.value, status?.draft.changes ?? [])
  const edits = useWeightEdits(upstream.id, upstream.etag)
  const [asking, setAsking] = useState<{ question: Question; id: string }>()
  const [editing, setEditing] = useState<{ id: string | undefined }>()

  const { targets: saved = [], ...rest } = upstream.value
  const settings = useResourceForm({
    kind: 'upstreams',
    loaded: { id: upstream.id, etag: upstream.etag, value: rest },
    initial: rest,
    compose: (part) => ({ ...part, ...(upstream.value.targets === undefined ? {} : { targets: saved }) }),
  })

  // As it would be with everything that is typed: weights, and the strategy below.
  const typed = {
    strategy: settings.value['strategy'],
    tierMinPercent: settings.value['tierMinPercent'],
    targets: targetsOf(upstream.value).map((target) => ({
      ...target,
      weight: edits.effective(target.id, target.weight ?? 1),
    })),
  }
  // A consistent hash takes a while to predict: once for each text, not once for each figure that comes in.
  const text = JSON.stringify({
    typed,
    health: health && decisiveHealth(health),
    served: [...served],
  } satisfies KnownUpstream)
  const shares = useMemo(() => {
    const known = JSON.parse(text) as KnownUpstream
    return predictedShares(known.typed, known.health && { health: known.health, served: new Map(known.served) })
  }, [text])
  const segments = shareSegments(typed.targets, shares, traffic, health)
  const draggable = typed.targets.map(({ id, weight }) => ({
    id,
    weight,
    saved: saved.find((target) => target.id === id)?.weight ?? 1,
    predicted: shares.get(id) ?? 0,
  }))
  const [, setShownInTimeline] = useSearchParam('target')
  const showTimeline = (id: string) => {
    setShownInTimeline(id)
    // After the menu has given the focus back, which would scroll to it.
    setTimeout(() => document.getElementById('timeline')?.scrollIntoView(), 50)
  }
  const target = upstream.value.targets?.find(({ id }) => id === asking?.id)
  const targetField = fields['targets']?.kind === 'list' ? fields['targets'].item : undefined
  const add = canEdit ? (
    <Button size="small" onClick={() => setEditing({ id: undefined })}>
      <Plus aria-hidden="true" />
      {t('addTarget')}
    </Button>
  ) : null
  return (
    <Page
      name={upstream.id}
      title={<UpstreamTitle upstream={upstream} />}
      lead={<UpstreamFigures upstream={upstream} strategy={typed.strategy} traffic={traffic} segments={segments} />}
      actions={canEdit ? <UpstreamActions upstream={upstream} /> : undefined}
    >
      <UpstreamNotices upstream={upstream.id} targets={saved} health={health} heard={heard} />
      <section id="targets" aria-label={t('targets')} className="scroll-mt-4 space-y-3">
        {saved.length === 0 ? (
          <Empty title={t('noTargetsTitle')} action={add} example="{ id: a, url: http://10.0.0.7:8080, weight: 5 }">
            {t('noTargets')}
          </Empty>
        ) : (
          <>
            <div>
              <div className="relative">
                <ShareBar size="tall" segments={segments} />
                {canEdit ? <ShareHandles targets={draggable} edits={edits} /> : null}
              </div>
              <ShareLabels segments={segments} />
            </div>
            <TargetTable
              targets={saved}
              shares={shares}
              traffic={traffic}
              health={health}
              served={served}
              heard={heard}
              probed={upstream.value.health?.active !== undefined}
              edits={edits}
              canEdit={canEdit}
              onAction={(action, { id }) => {
                if (action === 'timeline') showTimeline(id)
                else if (action === 'edit') setEditing({ id })
                else setAsking({ question: action, id })
              }}
            />
            <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
              {add}
              <UpstreamExplain text={text} traffic={traffic} fairness={health?.fairness ?? null} />
            </div>
          </>
        )}
      </section>
      <UpstreamSettings upstream={upstream} fields={fields} form={settings} />
      <section
        id="timeline"
        aria-labelledby="timeline-title"
        className="max-w-[680px] scroll-mt-4 border-line border-t pt-4 lg:ml-[144px]"
      >
        <Timeline upstream={upstream.id} targets={saved.map(({ id }) => id)} />
      </section>
      <section id="yaml" aria-label={t('yaml')} className="max-w-[680px] scroll-mt-4 lg:ml-[144px]">
        <YamlView value={upstream.value} />
      </section>
      {asking !== undefined && target !== undefined ? (
        <TargetQuestion
          upstream={upstream}
          question={asking.question}
          target={target}
          known={health && { health, served }}
          close={() => setAsking(undefined)}
        />
      ) : null}
      {editing !== undefined && targetField !== undefined ? (
        <TargetDialog upstream={upstream} field={targetField} id={editing.id} close={() => setEditing(undefined)} />
      ) : null}
    </Page>
  )
}
