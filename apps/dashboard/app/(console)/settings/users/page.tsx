import { UserList } from '../../../../components/settings/user-list.tsx'

export default function UsersPage() {
  return <UserList />
}
