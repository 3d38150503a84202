import { Camera, Dices, ImageUp, PenLine } from 'lucide-react';
import { useT } from '../../i18n/i18n.ts';
import { useRun } from '../../state/run/run-store.ts';
import { type SourceKind, sourceKinds } from '../../state/run/sources.ts';
import { CameraZone } from './camera-zone.tsx';
import { DigitPad } from './digit-pad.tsx';
import { NoiseZone } from './noise-zone.tsx';
import { PhotoZone } from './photo-zone.tsx';

const sourceTitles: Readonly<Record<SourceKind, string>> = {
  photo: 'Photo',
  pad: 'Draw',
  camera: 'Camera',
  noise: 'Noise',
};
const icons = { photo: ImageUp, pad: PenLine, camera: Camera, noise: Dices } as const;
const bodies: Readonly<Record<SourceKind, () => React.ReactNode>> = {
  photo: PhotoZone,
  pad: DigitPad,
  camera: CameraZone,
  noise: NoiseZone,
};

/** Where the input comes from. */
export function SourceBox() {
  const t = useT();
  const source = useRun((state) => state.source);
  const set = useRun((state) => state.set);
  const Body = bodies[source];
  /** To the neighbour, with the focus. */
  const step = (row: Element | null, by: number): void => {
    const at = (sourceKinds.indexOf(source) + by + sourceKinds.length) % sourceKinds.length;
    set({ source: sourceKinds[at]! });
    row?.querySelectorAll<HTMLElement>('[role=radio]')[at]?.focus();
  };
  return (
    <div className="run-source">
      <div className="segmented" role="radiogroup" aria-label={t('Input')}>
        {sourceKinds.map((kind) => {
          const Icon = icons[kind];
          return (
            // biome-ignore lint/a11y/useSemanticElements: a row of buttons of which one is chosen, walked with arrow keys.
            <button
              key={kind}
              type="button"
              role="radio"
              aria-checked={source === kind}
              tabIndex={source === kind ? 0 : -1}
              onClick={() => set({ source: kind })}
              onKeyDown={(event) => {
                const row = event.currentTarget.parentElement;
                if (event.key === 'ArrowRight') step(row, 1);
                else if (event.key === 'ArrowLeft') step(row, -1);
                else return;
                event.preventDefault();
              }}
            >
              <Icon size={13} aria-hidden="true" />
              {t(sourceTitles[kind])}
            </button>
          );
        })}
      </div>
      <Body />
    </div>
  );
}
