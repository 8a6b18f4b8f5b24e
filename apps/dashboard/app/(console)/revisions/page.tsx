import { RevisionList } from '../../../components/revisions/revision-list.tsx'

export default function RevisionsPage() {
  return <RevisionList />
}
