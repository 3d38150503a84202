import { type FlatNetwork, flatten } from '../../shared/analysis/flatten.ts';
import { formatDims } from '../../shared/base/dims.ts';
import type { Problem } from '../../shared/base/problem.ts';
import { coverage } from '../../shared/formats/weights/coverage.ts';
import type { WeightReport } from '../../shared/formats/weights/match.ts';
import { bytesSource } from '../../shared/formats/weights/source.ts';
import { type LazyWeights, loadWeights } from '../../shared/formats/weights/store.ts';
import type { OpenedFile } from '../../shared/host/contract.ts';
import type { WeightStore } from '../../shared/runtime/machine.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { host } from '../host/host.ts';
import { t } from '../i18n/i18n.ts';
import { app, designOf } from './app.ts';

const MOST_LINES = 12;

export async function pickWeights(): Promise<void> {
  const file = await host.openFile({ kind: 'weights' });
  if (file) await takeWeights(file);
}

/** Gives the open design the weights of a file, as far as they fit, and tells what does not. */
export async function takeWeights({ name, bytes }: Pick<OpenedFile, 'name' | 'bytes'>): Promise<void> {
  const network = flatten(app.getState().analysis);
  if (!network.ok) return refuse(name, network.problems);
  const [{ readWeights }, { matchWeights }] = await Promise.all([
    import('../../shared/formats/weights/read.ts'),
    import('../../shared/formats/weights/match.ts'),
  ]);
  const file = await readWeights(name, bytesSource(bytes));
  if (!file.ok) return refuse(name, file.problems);
  const { weights, report } = matchWeights(designOf(app.getState()), network.value, file.value);
  const { loaded, wanted } = report;
  const notice = {
    kind: loaded === wanted ? 'info' : 'error',
    title: t('{{loaded}} of {{wanted}} weights are in {{name}}', { loaded, wanted, name }),
    lines: linesOf(report),
  } as const;
  app.getState().set(loaded > 0 ? { weights, weightsFrom: name, notice } : { notice });
}

function refuse(name: string, problems: readonly Problem[]): void {
  const lines = problems.slice(0, MOST_LINES).map(({ message, hint }) => `${message} ${hint}`);
  app
    .getState()
    .set({ notice: { kind: 'error', title: t('{{name}} could not be opened', { name }), lines } });
}

function linesOf({ missing, unexpected, misfits }: WeightReport): readonly string[] {
  const some = (names: readonly string[]): string =>
    names.slice(0, MOST_LINES).join(', ') + (names.length > MOST_LINES ? ' …' : '');
  return [
    ...misfits.slice(0, MOST_LINES).map(({ name, found, wanted }) =>
      t('Of another shape: {{name}} is {{found}}, the design needs {{wanted}}', {
        name,
        found: formatDims(found),
        wanted: formatDims(wanted),
      }),
    ),
    ...(missing.length > 0
      ? [t('Missing, seeded instead: {{names}}', { names: some(missing.map(({ name }) => name)) })]
      : []),
    ...(unexpected.length > 0
      ? [t('In the file but not in the design: {{names}}', { names: some(unexpected) })]
      : []),
  ];
}

/** The weights for a run: those of the file, and seeded ones for what it lacks. */
export async function storeFor(
  network: FlatNetwork,
  weights: LazyWeights,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal },
): Promise<WeightStore> {
  const lacking = new Set(coverage(network, weights).lacking.map(({ node }) => node));
  const known = new Set(network.steps.map(({ id }) => id));
  const complete = Object.fromEntries(
    Object.entries(weights).filter(([id]) => known.has(id) && !lacking.has(id)),
  );
  const loaded = await loadWeights(complete, signal ? { signal } : {});
  if (lacking.size === 0) return loaded;
  const steps = network.steps.filter(({ id }) => lacking.has(id));
  return { ...loaded, ...seededWeights({ ...network, steps }, seed) };
}
