import { expect, test } from '@playwright/test'
import { askOverTls } from '../support/ask-over-tls.ts'
import { Backend } from '../support/backend.ts'
import { authority, shopCertificate } from '../support/certificate.ts'
import { admin, Control, DataPlane, nodeToken, temporaryFolder } from '../support/product.ts'

test('a certificate and its key are added from files, and a listener is made https with it', async ({ page }) => {
  const folder = await temporaryFolder()
  const backend = await Backend.start('a')
  const control = await Control.start(folder.path, { SWITCHYARD_UI: 'on' })
  const document = {
    switchyard: 1,
    listeners: [{ id: 'web', address: '127.0.0.1', port: 0 }],
    upstreams: [{ id: 'shop', targets: [{ id: 'a', url: backend.url }] }],
    routes: [{ id: 'shop', forward: { upstream: 'shop' } }],
  }
  await control.client.config.apply.mutate({ text: JSON.stringify(document), format: 'json', publish: true })
  const node = await DataPlane.start([
    ...['--control', control.url, '--token', nodeToken, '--node', 'node-a', '--workers', '1'],
    ...['--data', `${folder.path}/node`],
  ])
  const answers: string[] = []
  page.on('response', async (response) => {
    if (response.url().includes('/api/trpc/')) answers.push(await response.text().catch(() => ''))
  })
  try {
    await page.goto(control.url)
    await page.getByLabel('Email').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Certificates' }).click()

    // A key that is none is refused beside its field, and what was typed stays.
    await page.getByRole('button', { name: 'Add certificate' }).click()
    const dialog = page.getByRole('dialog', { name: 'Add a certificate' })
    const fileOf = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })
    const files = dialog.locator('input[type=file]')
    await files.setInputFiles([fileOf('shop.pem', shopCertificate.certificate + authority)])
    await expect(dialog).toContainText('*.shop.example.com')
    await expect(dialog.getByLabel('Id')).toHaveValue('shop-example-com')
    await dialog.getByLabel('Id').fill('shop')
    await dialog.getByLabel('Private key').fill('not a key')
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(dialog).toContainText('no private key')
    await expect(dialog.getByLabel('Id')).toHaveValue('shop')

    await files.setInputFiles([fileOf('shop.key', shopCertificate.key)])
    await dialog.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(page).toHaveURL(/\/certificates\/shop$/)
    await expect(page.getByRole('main')).toContainText('Test authority')

    // The listener: https, and the certificate from those there are.
    await page.goto(`${control.url}/listeners/web`)
    await page.getByLabel('Protocol').selectOption('https')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('name at least one certificate').first()).toBeVisible()
    await page.getByRole('button', { name: 'Add certificate' }).click()
    await page.getByLabel('Certificate', { exact: true }).selectOption('shop')
    await page.getByLabel('Lowest version').selectOption('TLSv1.3')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: /Review/ }).click()
    const publishing = page.getByRole('dialog')
    await publishing.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect(publishing).toContainText('applied')
    await page.keyboard.press('Escape')
    expect(await askOverTls(node.url())).toMatchObject({ text: 'a' })

    await page.goto(`${control.url}/certificates`)
    const row = page.getByRole('row', { name: /^shop/ })
    await expect(row).toContainText('listener web')
    await expect(row).toContainText(/in [\d,]+ days/)
    await row.getByRole('link', { name: 'shop' }).click()
    await page.getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByRole('alertdialog')).toContainText('listener web')
    await expect(page.getByRole('alertdialog').getByRole('button', { name: 'Remove' })).toBeDisabled()
    const secret = shopCertificate.key.split('\n')[1] ?? ''
    expect(answers.length).toBeGreaterThan(10)
    expect(answers.filter((answer) => answer.includes(secret))).toEqual([])
  } finally {
    await node.program.stop()
    await control.program.stop()
    await backend.close()
    await folder.remove()
  }
})
