import { CopyButton } from '../ui/copy-button.tsx'

/** Text as it stands, to read and to copy. */
export function TextView({ title, text }: { title: string; text: string }) {
  return (
    <figure className="overflow-hidden rounded-lg border border-line bg-panel">
      <figcaption className="flex h-9 items-center justify-between border-line border-b pr-1 pl-3 text-muted text-xs">
        {title}
        <CopyButton text={text} />
      </figcaption>
      <pre className="max-h-[60dvh] min-h-20 overflow-auto p-3 font-mono text-xs leading-5">{text}</pre>
    </figure>
  )
}
