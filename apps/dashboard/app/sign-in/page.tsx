import { SignInForm } from '../../components/access/sign-in-form.tsx'

export default function SignInPage() {
  return <SignInForm />
}
