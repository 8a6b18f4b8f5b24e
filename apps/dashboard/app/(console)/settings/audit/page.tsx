import { AuditList } from '../../../../components/settings/audit-list.tsx'

export default function AuditPage() {
  return <AuditList />
}
