import { Crosshair, Focus, PackageOpen, PackagePlus, X } from 'lucide-react';
import { formatSample } from '../../../shared/base/dims.ts';
import type { Slab, SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import { NumberInput } from '../../fields/number-input.tsx';
import { useT } from '../../i18n/i18n.ts';
import { familyStyle } from '../../parts/family-style.ts';
import { exact, short } from '../../parts/format.ts';
import { type FieldOf, heightOf, widthOf } from './scene-model.ts';
import type { Unit } from './scene-store.ts';

function isSlab(volume: SpaceVolume): volume is Slab {
  return 'inputs' in volume;
}

/** What a volume is and costs. */
export function VolumeCard({ volume }: { readonly volume: SpaceVolume }) {
  const t = useT();
  const { node } = volume;
  const rows: readonly (readonly [string, string])[] = [
    ...(isSlab(volume)
      ? [[t('Weights'), `${exact(volume.outputs)} × ${exact(volume.inputs)}`] as const]
      : []),
    ...(node.output ? [[t('Output'), formatSample(node.output)] as const] : []),
    ...(node.macs ? [[t('Multiply-adds'), short(node.macs)] as const] : []),
    ...(node.params ? [[t('Parameters'), short(node.params)] as const] : []),
  ];
  return (
    <div style={familyStyle(node.group)}>
      <p className="scene-card-title">
        <span className="scene-card-family" />
        <strong>{node.repeat > 1 ? `${node.title} ×${node.repeat}` : node.id}</strong>
      </p>
      <p className="muted">{[...(node.repeat > 1 ? [] : [node.title]), ...node.lines].join(' · ')}</p>
      <dl className="figures">
        {rows.map(([title, value]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

interface ChosenProps {
  readonly volume: SpaceVolume;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** A map, whose units have a receptive field. */
  readonly hasField: boolean;
  readonly onFly: () => void;
  readonly onOpen: () => void;
  readonly onClose: () => void;
  readonly onField: () => void;
}

/** The card of the chosen volume, with what can be done with it. */
export function ChosenCard({ volume, canOpen, canClose, hasField, ...on }: ChosenProps) {
  const t = useT();
  return (
    <aside className="scene-card is-chosen" data-testid="scene-chosen">
      <VolumeCard volume={volume} />
      <div className="button-row">
        <button type="button" className="button is-small" title="F" onClick={on.onFly}>
          <Focus size={13} /> {t('Fly to')}
        </button>
        {canOpen ? (
          <button type="button" className="button is-small" title="Enter" onClick={on.onOpen}>
            <PackageOpen size={13} /> {t('Open block')}
          </button>
        ) : null}
        {canClose ? (
          <button type="button" className="button is-small" title="Enter" onClick={on.onClose}>
            <PackagePlus size={13} /> {t('Close block')}
          </button>
        ) : null}
        {hasField ? (
          <button type="button" className="button is-small" title="R" onClick={on.onField}>
            <Crosshair size={13} /> {t('Receptive field')}
          </button>
        ) : null}
      </div>
    </aside>
  );
}

interface FieldProps {
  readonly unit: Unit;
  /** Height and width of the unit's map. */
  readonly extent: readonly [height: number, width: number];
  readonly field: FieldOf | undefined;
  readonly onChange: (unit: Unit | undefined) => void;
}

/** Which unit's receptive field is shown, and its size and place in pixels. */
export function FieldCard({ unit, extent, field, onChange }: FieldProps) {
  const t = useT();
  const number = (title: string, value: number, most: number, change: (value: number) => void) => (
    <span className="inline">
      <span>{title}</span>
      <NumberInput label={title} min={0} max={most} whole value={value} onChange={change} />
    </span>
  );
  return (
    <aside className="scene-card is-field" data-testid="scene-field">
      <header>
        <strong>{t('Receptive field of {{node}}', { node: unit.id })}</strong>
        <button
          type="button"
          className="icon-button"
          aria-label={t('Close')}
          title={t('Close')}
          onClick={() => onChange(undefined)}
        >
          <X size={14} />
        </button>
      </header>
      <div className="scene-unit">
        {number(t('Row'), unit.row, extent[0] - 1, (row) => onChange({ ...unit, row }))}
        {number(t('Column'), unit.column, extent[1] - 1, (column) => onChange({ ...unit, column }))}
      </div>
      <FieldText field={field} />
      <p className="hint">{t('Click any point of a volume to pick its unit.')}</p>
    </aside>
  );
}

function FieldText({ field }: { readonly field: FieldOf | undefined }) {
  const t = useT();
  if (!field?.pixels) return <p>{t('This unit sees none of the input.')}</p>;
  const { region, window } = field.pixels;
  const padded = Number.isFinite(heightOf(window)) && Number.isFinite(widthOf(window));
  const cut = padded && (heightOf(window) > heightOf(region) || widthOf(window) > widthOf(region));
  return (
    <>
      <p data-testid="scene-field-size">
        {t('Sees {{height}}×{{width}} of {{inputHeight}}×{{inputWidth}} pixels', {
          height: heightOf(region),
          width: widthOf(region),
          inputHeight: field.input[0],
          inputWidth: field.input[1],
        })}
      </p>
      <p>
        {t('Rows {{top}} to {{bottom}}, columns {{left}} to {{right}}', {
          top: region.rows.first,
          bottom: region.rows.last,
          left: region.columns.first,
          right: region.columns.last,
        })}
      </p>
      {cut ? (
        <p className="muted">
          {t('{{height}}×{{width}} with padding', { height: heightOf(window), width: widthOf(window) })}
        </p>
      ) : null}
    </>
  );
}
