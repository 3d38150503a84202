import { useState } from 'react';
import type { StepProfile } from '../../../shared/runtime/backend.ts';
import type { Prediction } from '../../../shared/runtime/time/predict.ts';
import { useT } from '../../i18n/i18n.ts';
import { useMaps } from '../../state/run/maps-store.ts';
import { BackendsComparisonView } from './backends-comparison.tsx';
import { ProfileTable } from './profile-table.tsx';
import { RooflineView } from './roofline-view.tsx';

type View = 'steps' | 'roofline' | 'beside';

const titles: Readonly<Record<View, string>> = {
  steps: 'Time per step',
  roofline: 'Roofline',
  beside: 'CPU beside WebGL',
};

/** What each step took, or both backends side by side. */
export function ProfileViews({
  profile,
  prediction,
}: {
  readonly profile: readonly StepProfile[];
  readonly prediction: Prediction | undefined;
}) {
  const t = useT();
  const [view, setView] = useState<View>('steps');
  const number = useMaps((state) => state.run?.number);
  return (
    <div className="profile-views">
      <fieldset className="segments" aria-label={t('What is shown')}>
        {(['steps', 'roofline', 'beside'] as const).map((each) => (
          <button key={each} type="button" aria-pressed={view === each} onClick={() => setView(each)}>
            {t(titles[each])}
          </button>
        ))}
      </fieldset>
      {view === 'steps' ? <ProfileTable profile={profile} prediction={prediction} /> : null}
      {view === 'roofline' ? <RooflineView profile={profile} /> : null}
      {view === 'beside' ? <BackendsComparisonView key={number} /> : null}
    </div>
  );
}
