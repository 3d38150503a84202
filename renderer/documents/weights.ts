import { flatten } from '../../shared/analysis/flatten.ts';
import { formatDims } from '../../shared/base/dims.ts';
import type { Problem, Result } from '../../shared/base/problem.ts';
import type { WeightReport } from '../../shared/formats/checkpoints/match.ts';
import { formatOfName } from '../../shared/formats/models.ts';
import { t } from '../i18n/i18n.ts';
import { saidInFull } from '../i18n/said.ts';
import type { App } from '../state/app.ts';
import { documentOf } from '../state/app-state.ts';
import { pickFile } from '../state/pick-file.ts';
import type { ModelData } from '../workers/read-model.ts';
import { type FileToOpen, fromHost, weightsFileOf } from './file-to-open.ts';

const MOST_LINES = 12;

export async function pickWeights(app: App): Promise<void> {
  const file = await pickFile(app, 'weights');
  if (file) await takeWeights(app, fromHost(app, file));
}

/** Gives the open design the weights of a file, as far as they fit, and tells what does not. */
export async function takeWeights(app: App, given: FileToOpen): Promise<void> {
  const { name, source } = given;
  const network = flatten(app.getState().whole.analysis);
  if (!network.ok) return refuse(app, name, network.problems);
  const [{ readWeights }, { matchWeights }] = await Promise.all([
    import('../../shared/formats/checkpoints/read.ts'),
    import('../../shared/formats/checkpoints/match.ts'),
  ]);
  const data = formatOfName(name) === 'onnx' ? await gatherModelData(app, given) : undefined;
  if (data === 'cancelled') return;
  if (data && !data.ok) return refuse(app, name, data.problems);
  const file = await readWeights(name, source, {
    openExternal: async (location) => data?.value.get(location),
  });
  if (!file.ok) return refuse(app, name, file.problems);
  const { weights, report } = matchWeights(documentOf(app.getState()), network.value, file.value);
  const { loaded, wanted } = report;
  const notice = {
    kind: loaded === wanted ? 'info' : 'error',
    title: t('{{loaded}} of {{wanted}} weights are in {{name}}', { loaded, wanted, name }),
    lines: linesOf(report),
  } as const;
  if (loaded > 0) app.getState().giveWeights(weights, name, weightsFileOf(given));
  app.getState().notify(notice);
}

async function gatherModelData(app: App, file: FileToOpen): Promise<Result<ModelData> | 'cancelled'> {
  const { gatherData } = await import('./model-data.ts');
  return (await gatherData(app, file)) ?? 'cancelled';
}

function refuse(app: App, name: string, problems: readonly Problem[]): void {
  const lines = problems.slice(0, MOST_LINES).map(saidInFull);
  app.getState().notify({ kind: 'error', title: t('{{name}} could not be opened', { name }), lines });
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
