import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from '@playwright/test'
import { Backend } from '../support/backend.ts'
import { admin, Control, DataPlane, nodeToken, temporaryFolder } from '../support/product.ts'

test('a revision that a node rejects is shown with its reason, while the old one serves on', async ({ page }) => {
  const folder = await temporaryFolder()
  const backend = await Backend.start('a')
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const port = (taken.address() as { port: number }).port
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [{ id: 'shop', targets: [{ id: 'a', url: backend.url }] }],
    routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
  }
  const control = await Control.start(folder.path, { SWITCHYARD_UI: 'on' })
  let node: DataPlane | undefined
  try {
    await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
    node = await DataPlane.start([
      ...['--control', control.url, '--token', nodeToken, '--node', 'node-a', '--workers', '1'],
      ...['--data', `${folder.path}/node`],
    ])

    await page.goto(control.url)
    await page.getByLabel('Email').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()

    // A second listener, through the form; a wrong port is refused beside its field and stays as typed.
    await page.goto(`${control.url}/new/listeners`)
    await page.getByLabel('Id', { exact: true }).fill('other')
    await page.getByLabel('Address', { exact: true }).fill('127.0.0.1')
    await page.getByLabel('Port', { exact: true }).fill('99999')
    await page.getByRole('button', { name: 'Create' }).click()
    await expect(page.getByText(/65,?535/).first()).toBeVisible()
    await expect(page.getByLabel('Port', { exact: true })).toHaveValue('99999')
    await page.getByLabel('Port', { exact: true }).fill(String(port))
    await page.getByRole('button', { name: 'Create' }).click()

    await page.getByRole('button', { name: /Review/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect(dialog).toContainText('rejected')
    await expect(dialog).toContainText('listeners[1].port')
    await page.keyboard.press('Escape')
    await page.goto(`${control.url}/nodes`)
    await expect(page.getByRole('row', { name: /node-a/ })).toContainText('rejected')
    await expect(page.getByRole('row', { name: /node-a/ })).toContainText('r1')
    expect(await (await fetch(node.url())).text()).toBe('a')
  } finally {
    await node?.program.stop()
    await control.program.stop()
    taken.close()
    await backend.close()
    await folder.remove()
  }
})
