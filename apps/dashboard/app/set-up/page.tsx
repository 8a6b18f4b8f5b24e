import { SetUpForm } from '../../components/access/set-up-form.tsx'

export default function SetUpPage() {
  return <SetUpForm />
}
