import { RouteList } from '../../../components/routes/route-list.tsx'

export default function Page() {
  return <RouteList />
}
