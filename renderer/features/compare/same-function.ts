import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import type { LazyWeights } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import {
  type Apart,
  compareFunctions,
  type RunOnce,
  type Sameness,
} from '../../../shared/runtime/same-function.ts';
import { t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { chosenOf, comparedOf, othersOf } from '../../state/compared.ts';
import { tellFault } from '../../state/faults.ts';
import { budgetOf } from '../../state/judged.ts';
import { storeFor } from '../../state/run/run-weights.ts';
import { remoteSession } from '../../state/run/runner.ts';

/** Below this share of the largest number, a difference is what rounding leaves. */
const ROUNDING = 1e-4;

const runRemotely: RunOnce = async (network, weights, feeds) => {
  const session = remoteSession();
  await session.create(network, { backend: 'cpu', seed: 0, weights });
  return (await session.run(feeds)).outputs;
};

async function withWeights(design: Design, weights: LazyWeights | undefined) {
  const network = weights && flatten(analyze(design));
  if (!network?.ok) return { design };
  return { design, weights: await storeFor(network.value, weights!, { seed: 0 }) };
}

/** Runs the open design and the one that it is compared with on the same noise, and tells how far apart they are. */
export async function tellWhetherSame(app: App, run: RunOnce = runRemotely): Promise<void> {
  const state = app.getState();
  const document = documentOf(state);
  const { others, against } = comparedOf(app).getState();
  const other = chosenOf(othersOf(others, budgetOf(state).baseline), against);
  if (!other) {
    state.notify({
      kind: 'info',
      title: t('There is nothing to compare with'),
      lines: [
        t(
          'Pin the design as baseline, or choose a file, a published network or an earlier state in the Compare panel.',
        ),
      ],
    });
    return;
  }
  state.say(t('Running both …'));
  try {
    const sameness = await compareFunctions(
      await withWeights(other.design, other.weights),
      await withWeights(document, state.weights),
      run,
    );
    state.notify({ kind: 'info', ...said(sameness, other.name, document.name) });
  } catch (error) {
    tellFault(app, error, t('Both could not be run'));
  } finally {
    state.hush();
  }
}

function said(
  sameness: Sameness,
  a: string,
  b: string,
): { readonly title: string; readonly lines: readonly string[] } {
  if (sameness.kind === 'apart')
    return {
      title: t('{{a}} and {{b}} are not the same function', { a, b }),
      lines: [whyApart(sameness.why, sameness.names)],
    };
  const { largest, scale, output, weights } = sameness;
  const same = largest <= ROUNDING * Math.max(scale, Number.MIN_VALUE);
  return {
    title: t(same ? '{{a}} and {{b}} compute the same' : '{{a}} and {{b}} do not compute the same', { a, b }),
    lines: [
      t(
        'On the same noise the largest difference is {{largest}}, in {{output}}; the largest number there is {{scale}}.',
        {
          largest: largest.toPrecision(3),
          output,
          scale: scale.toPrecision(3),
        },
      ),
      weights === 'own'
        ? t('Each ran with its own weights.')
        : t('Both ran with the same weights, layer by layer as they match.'),
    ],
  };
}

function whyApart(why: Apart, names: readonly string[]): string {
  const list = names.slice(0, 6).join(', ');
  switch (why) {
    case 'broken':
      return t('There is a problem to mend first in {{names}}.', { names: list });
    case 'inputs':
      return t('They take inputs of other shapes: {{names}}.', { names: names.join(' | ') });
    case 'outputs':
      return t('They give outputs of other shapes: {{names}}.', { names: names.join(' | ') });
    case 'weights':
      return t('These layers have weights that the other design has none for: {{names}}.', { names: list });
  }
}
