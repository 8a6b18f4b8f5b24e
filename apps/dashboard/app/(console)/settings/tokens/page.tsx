import { TokenList } from '../../../../components/settings/token-list.tsx'

export default function TokensPage() {
  return <TokenList />
}
