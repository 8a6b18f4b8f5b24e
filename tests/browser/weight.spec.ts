import { expect, type Page, test } from '@playwright/test'
import { Backend } from '../support/backend.ts'
import { admin, Control, DataPlane, nodeToken, temporaryFolder } from '../support/product.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let backends: Backend[]
let control: Control
let node: DataPlane

test.beforeAll(async () => {
  folder = await temporaryFolder()
  backends = await Promise.all([Backend.start('a'), Backend.start('b')])
  control = await Control.start(folder.path, { SWITCHYARD_UI: 'on' })
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [
      {
        id: 'shop',
        targets: backends.map((backend, i) => ({ id: backend.name, url: backend.url, weight: [5, 1][i] })),
      },
    ],
    routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
  }
  await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
  node = await DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'node-a', '--workers', '1'],
    ...['--data', `${folder.path}/node`],
  ])
})

test.afterAll(async () => {
  await node?.program.stop()
  await control?.program.stop()
  await Promise.all((backends ?? []).map((backend) => backend.close()))
  await folder?.remove()
})

/** How many of `count` requests each backend answers. */
async function measure(count: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = { a: 0, b: 0 }
  for (let i = 0; i < count; i++) {
    const name = await (await fetch(node.url())).text()
    seen[name] = (seen[name] ?? 0) + 1
  }
  return seen
}

async function signIn(page: Page): Promise<void> {
  await page.goto(control.url)
  await page.getByLabel('Email').fill(admin.email)
  await page.getByLabel('Password').fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
}

test('an operator changes a weight, sees the diff, publishes, sees it applied, and rolls back', async ({ page }) => {
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))

  expect(await measure(12)).toEqual({ a: 10, b: 2 })
  await signIn(page)
  await page.goto(`${control.url}/upstreams/shop`)
  const weight = page.getByLabel('Weight of b')
  await expect(weight).toHaveValue('1')

  // A wrong value is refused beside its field, and stays as it was typed.
  await weight.fill('70000')
  await weight.press('Enter')
  await expect(page.getByText(/65,?535/).first()).toBeVisible()
  await expect(weight).toHaveValue('70000')
  await expect(weight).toHaveAttribute('aria-invalid', 'true')

  await weight.fill('5')
  await expect(page.getByTestId('share-b')).toHaveText('50.0 %')
  await weight.press('Enter')
  await page.getByRole('button', { name: /Review/ }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('1 → 5')
  await expect(dialog).toContainText('16.7 % → 50.0 %')
  await dialog.getByLabel('Message').fill('half of shop to b')
  await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(dialog).toContainText('node-a')
  await expect(dialog).toContainText(/applied/)
  await expect(dialog).toContainText(/\d+ ms/)
  await expect.poll(() => measure(12)).toEqual({ a: 6, b: 6 })

  // The measured half of the share bar follows what the node counts.
  await page.keyboard.press('Escape')
  await measure(120)
  await expect(page.getByTestId('measured-b')).toContainText(/[2-5]\d(\.\d)?\s%/, { timeout: 20_000 })

  // Back to the revision before: the old share returns.
  await page.goto(`${control.url}/revisions/1`)
  await page.getByRole('button', { name: 'Roll back' }).click()
  await page.getByRole('dialog').or(page.getByRole('alertdialog')).getByRole('button', { name: 'Roll back' }).click()
  await expect.poll(() => measure(12)).toEqual({ a: 10, b: 2 })
  await page.goto(`${control.url}/upstreams/shop`)
  await expect(page.getByLabel('Weight of b')).toHaveValue('1')
  expect(errors).toEqual([])
})
