import { SecretList } from '../../../../components/settings/secret-list.tsx'

export default function SecretsPage() {
  return <SecretList />
}
