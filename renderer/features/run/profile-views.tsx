import { useState } from 'react';
import type { StepProfile } from '../../../shared/runtime/machine.ts';
import { useT } from '../../i18n/i18n.ts';
import { useMaps } from '../../state/run/maps-store.ts';
import { BackendsComparisonView } from './backends-comparison.tsx';
import { ProfileTable } from './profile-table.tsx';

/** What each step took, or both backends side by side. */
export function ProfileViews({ profile }: { readonly profile: readonly StepProfile[] }) {
  const t = useT();
  const [beside, setBeside] = useState(false);
  const number = useMaps((state) => state.run?.number);
  return (
    <div className="profile-views">
      <fieldset className="segments" aria-label={t('What is shown')}>
        <button type="button" aria-pressed={!beside} onClick={() => setBeside(false)}>
          {t('Time per step')}
        </button>
        <button type="button" aria-pressed={beside} onClick={() => setBeside(true)}>
          {t('CPU beside WebGL')}
        </button>
      </fieldset>
      {beside ? <BackendsComparisonView key={number} /> : <ProfileTable profile={profile} />}
    </div>
  );
}
