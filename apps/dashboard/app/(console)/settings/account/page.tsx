import { Account } from '../../../../components/settings/account.tsx'

export default function AccountPage() {
  return <Account />
}
