import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { readSafetensors } from '../../../shared/formats/weights/safetensors.ts';
import { bytesSource } from '../../../shared/formats/weights/source.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { RunError } from '../../../shared/runtime/run-error.ts';
import { openArranged } from '../../documents/files.ts';
import { t } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { problemFrom } from '../../state/run/outcome.ts';
import { runOf } from '../../state/run/run-store.ts';

const texts = import.meta.glob<string>('../../../assets/samples/*.netwright.json', {
  query: '?raw',
  import: 'default',
  eager: true,
});
const weightAddresses = import.meta.glob<string>('../../../assets/samples/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

export interface Sample {
  readonly path: string;
  readonly design: Design;
  /** Where its trained weights are; undefined where it has none. */
  readonly weights: string | undefined;
}

/** The designs that ship with the program. */
export const samples: readonly Sample[] = Object.entries(texts).flatMap(([path, text]) => {
  const read = readSpec(text);
  const weights = weightAddresses[path.replace(/\.netwright\.json$/, '.safetensors')];
  return read.ok ? [{ path, design: read.value, weights }] : [];
});

/** The one that a newcomer can see at work at once. */
export const digits = samples.find(({ path }) => path.endsWith('/digits.netwright.json'));

/** Opens a sample; one with weights goes straight to where a digit can be drawn for it. */
export async function openSample(app: App, { design, weights }: Sample): Promise<void> {
  if (weights === undefined) {
    await openArranged(app, design);
    return;
  }
  try {
    await openArranged(app, design, undefined, await weightsAt(weights, design));
    app.getState().showPanel('run');
    runOf(app).getState().set({ source: 'pad' });
  } catch (error) {
    const title = t('{{name}} could not be opened', { name: design.name });
    app.getState().notify({ kind: 'error', title, lines: [saidInFull(problemFrom(error))] });
  }
}

async function weightsAt(address: string, design: Design): Promise<LazyWeights> {
  const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const file = await readSafetensors(bytesSource(bytes));
  if (!file.ok) throw new RunError(file.problems[0]!);
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new RunError(flat.problems[0]!);
  const { matchWeights, misfitProblems } = await import('../../../shared/formats/checkpoints/match.ts');
  const { weights, report } = matchWeights(design, flat.value, file.value);
  const [problem] = misfitProblems(report);
  if (problem) throw new RunError(problem);
  return weights;
}
