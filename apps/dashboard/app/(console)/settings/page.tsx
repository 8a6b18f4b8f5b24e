import { SettingsHome } from '../../../components/settings/settings-home.tsx'

export default function SettingsPage() {
  return <SettingsHome />
}
