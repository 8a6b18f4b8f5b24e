import { MiddlewareList } from '../../../components/middleware/middleware-list.tsx'

export default function Page() {
  return <MiddlewareList />
}
