/**
 * Copies `text`; false when the browser refused. The clipboard API exists on https and on loopback only; a control
 * plane that is reached otherwise has the older command, which needs no selection when the event is answered.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
  }
  let copied = false
  const answer = (event: ClipboardEvent) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    event.clipboardData?.setData('text/plain', text)
    copied = true
  }
  document.addEventListener('copy', answer, { capture: true, once: true })
  document.execCommand('copy')
  document.removeEventListener('copy', answer, { capture: true })
  return copied
}
