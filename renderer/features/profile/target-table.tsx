import { useMemo } from 'react';
import type { Leaf } from '../../../shared/analysis/leaves.ts';
import { fitsIn, namedTargets, type TargetFit } from '../../../shared/analysis/targets.ts';
import { targetOf } from '../../../shared/formats/spec/target.ts';
import { type NumberType, numberTypeNames } from '../../../shared/graph/number-types.ts';
import { WrittenField } from '../../cards/limit-field.tsx';
import { useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import { documentOf } from '../../state/app-state.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { memoryChoicesOf, useMemoryChoices } from './memory-state.ts';

/** Where the design fits, by the type of its numbers: boards, those of the configuration, and one of one's own. */
export function TargetTable({ leaves }: { readonly leaves: readonly Leaf[] }) {
  const app = useTheApp();
  const t = useT();
  const batch = useApp((state) => documentOf(state).batch);
  const totals = useApp((state) => state.whole.analysis.totals);
  const configured = useApp((state) => state.config?.targets);
  const written = useMemoryChoices((state) => state.target);
  const targets = useMemo(() => {
    const own = written.trim() === '' ? undefined : targetOf(written, []);
    const known = configured ?? [];
    return [
      ...(own ? [own] : []),
      ...known.filter(
        ({ memoryBytes, storageBytes }) => memoryBytes !== undefined || storageBytes !== undefined,
      ),
      ...namedTargets.filter(({ name }) => !known.some((each) => each.name === name)),
    ];
  }, [configured, written]);
  const fits = useMemo(() => fitsIn(leaves, { batch }, totals, targets), [leaves, batch, totals, targets]);
  return (
    <div className="memory-targets">
      <table className="table" data-testid="targets">
        <thead>
          <tr>
            <th>{t('Fits in')}</th>
            {numberTypeNames.map((name) => (
              <th key={name} className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {targets.map((target) => (
            <tr key={target.name} data-target={target.name}>
              <td title={roomText(target, t)}>{target.name}</td>
              {numberTypeNames.map((numbers) => (
                <Fits key={numbers} fit={fitOf(fits, target.name, numbers)!} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <WrittenField
        label={t('A target')}
        text={written}
        placeholder="256KiB,1MiB"
        isRight={(text) => text.trim() === '' || targetOf(text, []) !== undefined}
        forms={t('Memory and storage, such as 256KiB,1MiB.')}
        onWrite={(target) => memoryChoicesOf(app).setState({ target })}
      />
    </div>
  );
}

const fitOf = (fits: readonly TargetFit[], name: string, numbers: NumberType): TargetFit | undefined =>
  fits.find((fit) => fit.target.name === name && fit.numbers === numbers);

function roomText({ memoryBytes, storageBytes }: TargetFit['target'], t: ReturnType<typeof useT>): string {
  return [
    ...(memoryBytes === undefined ? [] : [t('Memory {{bytes}}', { bytes: shortBytes(memoryBytes) })]),
    ...(storageBytes === undefined ? [] : [t('Storage {{bytes}}', { bytes: shortBytes(storageBytes) })]),
  ].join(', ');
}

function Fits({ fit: { lacks, peakBytes, weightBytes } }: { readonly fit: TargetFit }) {
  const t = useT();
  const needs = t('Needs {{memory}} of memory and {{storage}} of storage', {
    memory: shortBytes(peakBytes),
    storage: shortBytes(weightBytes),
  });
  const said =
    lacks.length === 0
      ? t('fits')
      : t(lacks.length === 2 ? 'neither' : lacks[0] === 'memory' ? 'no memory' : 'no storage');
  return (
    <td className={`number ${lacks.length === 0 ? 'is-fitting' : 'is-lacking'}`} title={needs}>
      {said}
    </td>
  );
}
