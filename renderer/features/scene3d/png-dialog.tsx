import { ImageDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { NumberInput } from '../../fields/number-input.tsx';
import { useT } from '../../i18n/i18n.ts';
import { MOST_PNG_PIXELS } from './export-scene.ts';

export interface PngChoice {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly transparent: boolean;
  readonly labels: boolean;
}

/** Asks for the size of the picture; it starts at twice the size on the screen. */
export function PngButton({
  sizeNow,
  onExport,
}: {
  readonly sizeNow: () => readonly [width: number, height: number];
  readonly onExport: (choice: PngChoice) => void;
}) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<PngChoice>({
    widthPixels: 0,
    heightPixels: 0,
    transparent: false,
    labels: true,
  });
  const pixels = (title: string, name: 'widthPixels' | 'heightPixels') => (
    <div className="labelled">
      <span>{title}</span>
      <NumberInput
        label={title}
        min={16}
        max={MOST_PNG_PIXELS}
        whole
        value={choice[name]}
        onChange={(next) => setChoice({ ...choice, [name]: next })}
      />
    </div>
  );
  const flag = (title: string, name: 'transparent' | 'labels') => (
    <label className="inline">
      <input
        type="checkbox"
        checked={choice[name]}
        onChange={(event) => setChoice({ ...choice, [name]: event.target.checked })}
      />
      <span>{title}</span>
    </label>
  );
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        if (next) {
          const [width, height] = sizeNow();
          setChoice({ ...choice, widthPixels: 2 * width, heightPixels: 2 * height });
        }
        setOpen(next);
      }}
    >
      <Popover.Trigger asChild>
        <button type="button" className="button is-small">
          <ImageDown size={13} /> PNG
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="popover scene-png" sideOffset={6} collisionPadding={8}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              setOpen(false);
              onExport(choice);
            }}
          >
            <div className="scene-png-size">
              {pixels(t('Width, pixels'), 'widthPixels')}
              {pixels(t('Height, pixels'), 'heightPixels')}
            </div>
            {flag(t('Transparent'), 'transparent')}
            {flag(t('Labels'), 'labels')}
            <button type="submit" className="button is-primary">
              {t('Save PNG')}
            </button>
          </form>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
