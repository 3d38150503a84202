import type { Dims } from '../../shared/base/dims.ts';
import type { OpenInput } from '../../shared/formats/onnx/open-axes.ts';
import { MAX_EXTENT } from '../../shared/schema/params.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import type { AskedNumber, Numbers } from '../state/questions.ts';
import type { Storage } from '../state/settings.ts';

/** Shapes of samples, by the input's name. */
type Shapes = ReadonlyMap<string, Dims>;

const KEY = 'openAxes';
/** Files whose extents are remembered; the one opened the longest ago is forgotten. */
const MOST_FILES = 50;

type Remembered = Readonly<Record<string, Numbers>>;

function remembered(storage: Storage): Remembered {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    return typeof kept === 'object' && kept !== null ? (kept as Remembered) : {};
  } catch {
    return {};
  }
}

function remember(storage: Storage, file: string, numbers: Numbers): void {
  const others = Object.entries(remembered(storage)).filter(([name]) => name !== file);
  const kept = [...others, [file, numbers] as const].slice(-MOST_FILES);
  storage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
}

/** What was said of an axis before, where it is an extent. */
function before(numbers: Numbers | undefined, id: string): number | undefined {
  const said: unknown = numbers && Object.hasOwn(numbers, id) ? numbers[id] : undefined;
  return typeof said === 'number' && Number.isInteger(said) && said >= 1 && said <= MAX_EXTENT
    ? said
    : undefined;
}

const isNamed = (axis: string): boolean => axis !== '?';
/** Axes of one name are one extent, whichever input they are of. */
const idOf = (input: OpenInput, axis: string, at: number): string =>
  isNamed(axis) ? axis : `${input.name}:${at + 1}`;

function titleOf(input: OpenInput, axis: string, at: number): string {
  if (isNamed(axis)) return axis;
  const isImage = input.axes.length === 3;
  const usual = isImage
    ? [t('Channels'), t('Height'), t('Width')][at]!
    : t('Axis {{axis}}', { axis: at + 1 });
  return `${input.name}: ${usual}`;
}

function askedNumbers(inputs: readonly OpenInput[], known: Numbers | undefined): readonly AskedNumber[] {
  const asked = new Map<string, AskedNumber>();
  for (const input of inputs) {
    for (const [at, axis] of input.axes.entries()) {
      if (axis === null) continue;
      const id = idOf(input, axis, at);
      const value = before(known, id) ?? input.proposal[at]!;
      if (!asked.has(id))
        asked.set(id, { id, title: titleOf(input, axis, at), value, min: 1, max: MAX_EXTENT });
    }
  }
  return [...asked.values()];
}

/**
 * Asks how large the inputs of a model are that it leaves open, and remembers it for the file. With `ask` off, what was
 * said before, or is proposed, holds without a word. Undefined where the user closes the question.
 */
export async function shapesOf(
  app: App,
  file: string,
  inputs: readonly OpenInput[],
  ask: boolean,
): Promise<Shapes | undefined> {
  if (inputs.length === 0) return new Map();
  const numbers = askedNumbers(inputs, remembered(app.storage)[file]);
  const proposed = Object.fromEntries(numbers.map(({ id, value }) => [id, value]));
  const said = ask ? await askFor(app, file, numbers) : proposed;
  if (!said) return undefined;
  if (ask) remember(app.storage, file, said);
  const shapes = inputs.map((input): [string, Dims] => [
    input.name,
    input.proposal.map((extent, at) => {
      const axis = input.axes[at];
      return axis === null || axis === undefined ? extent : said[idOf(input, axis, at)]!;
    }),
  ]);
  return new Map(shapes);
}

function askFor(app: App, file: string, numbers: readonly AskedNumber[]): Promise<Numbers | undefined> {
  return app.askNumbers({
    title: t('How large is the input of {{name}}?', { name: file }),
    text: t(
      'The model leaves it open. Shapes and costs are told for what you choose; the Input node can be changed later.',
    ),
    choices: [{ id: 'open', title: t('Open'), primary: true }],
    numbers,
  });
}
