import { expect, test } from '@playwright/test'
import { freePort } from '../support/ports.ts'
import { admin, temporaryFolder } from '../support/product.ts'
import { Program } from '../support/program.ts'

test('the first administrator is made with the code of the console, and pages give nothing away before', async ({
  page,
}) => {
  const folder = await temporaryFolder()
  const port = await freePort()
  const program = new Program(['apps/dashboard/bin/switchyard-control.mjs', '--port', String(port)], {
    env: { SWITCHYARD_HOME: folder.path },
  })
  try {
    const said = await program.line((line) => typeof line['setUpCode'] === 'string')
    await program.line((line) => line.msg === 'ready')
    await page.goto(`http://127.0.0.1:${port}/upstreams`)
    await expect(page).toHaveURL(/\/set-up/)

    // A wrong code is refused, and what was typed stays.
    await page.getByLabel('Code').fill('not-the-code')
    await page.getByLabel('Email').fill(admin.email)
    await page.getByLabel('Password').fill(admin.password)
    await page.getByRole('button').last().click()
    await expect(page.getByRole('alert')).toBeVisible()
    await expect(page.getByLabel('Email')).toHaveValue(admin.email)

    await page.getByLabel('Code').fill(String(said['setUpCode']))
    await page.getByRole('button').last().click()
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()

    // The code opens nothing twice, and a page without a session leads to the sign-in.
    await page.context().clearCookies()
    await page.goto(`http://127.0.0.1:${port}/settings/users`)
    await expect(page).toHaveURL(/\/sign-in/)
    expect(await page.content()).not.toContain(admin.email)
    await page.goto(`http://127.0.0.1:${port}/set-up`)
    await expect(page).toHaveURL(/\/sign-in/)
  } finally {
    await program.stop()
    await folder.remove()
  }
})
