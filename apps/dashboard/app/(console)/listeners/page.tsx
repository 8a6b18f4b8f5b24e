import { ListenerList } from '../../../components/listeners/listener-list.tsx'

export default function Page() {
  return <ListenerList />
}
