import { type Command, Option } from 'commander';
import classNames from '../../assets/imagenet-classes.json' with { type: 'json' };
import { analyze } from '../../shared/analysis/analyze.ts';
import type { FloatTensor } from '../../shared/base/tensor.ts';
import type { WeightReport } from '../../shared/formats/checkpoints/match.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import { Refusal } from '../../shared/formats/weights/source.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { WeightType } from '../../shared/graph/number-types.ts';
import type { RunResult } from '../../shared/runtime/backend.ts';
import {
  imageToTensor,
  type PreprocessingName,
  preprocessingFor,
  preprocessingNamed,
  preprocessingNames,
  topK,
} from '../../shared/runtime/image.ts';
import { RunCancelled, RunError } from '../../shared/runtime/run-error.ts';
import { type BackendName, DesignSession } from '../../shared/runtime/session.ts';
import type { ParamValue } from '../../shared/schema/params.ts';
import { registerNodeBackends } from '../backends.ts';
import { threadsText } from '../calibrations.ts';
import { CommandFailure, CommandInterrupted, failWith } from '../failure.ts';
import { printed, said, t, tell } from '../i18n/language.ts';
import { readImage } from '../image.ts';
import { fileHelp, openModel } from '../open-design.ts';
import { formatOption, weightTypeOption, wholeNumber } from '../options.ts';
import { startProgress } from '../progress.ts';
import { type InputShape, shapeOption } from '../shapes.ts';
import { readTensorFile, writeTensors } from '../tensor-files.ts';
import { printJson, type Terminal } from '../terminal.ts';
import { type ModelWithWeights, weightsHelp, withWeights } from '../weights.ts';
import { chooseWide, type WideChoice } from '../wide-vectors.ts';

interface RunCommandOptions {
  readonly image?: string;
  readonly shape?: readonly InputShape[];
  readonly input?: readonly string[];
  readonly output?: string;
  readonly preprocess?: PreprocessingName;
  readonly seed: number;
  readonly top: number;
  readonly backend: BackendName;
  readonly threads?: number;
  readonly weights?: string;
  readonly weightType?: WeightType;
  readonly turbo?: boolean;
  readonly profile?: boolean;
  readonly format: 'text' | 'json';
}

export function addRun(program: Command, terminal: Terminal): void {
  program
    .command('run')
    .description("run a network on a photograph or a tensor, with the model's weights or seeded ones")
    .argument('<file>', fileHelp)
    .option('--image <photo>', 'a PNG, JPEG or WebP to feed')
    .addOption(
      new Option(
        '--input <[name=]file>',
        'the same, or a tensor (.npy, .pb); of several inputs, once for each by its name',
      ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]),
    )
    .addOption(shapeOption())
    .option('--output <file>', 'where to write what comes out (.npy, .json)')
    .addOption(
      new Option(
        '--preprocess <name>',
        'how the picture becomes the input; as the design says when left out',
      ).choices(preprocessingNames),
    )
    .option('--seed <n>', 'of the weights', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--weights <file>', weightsHelp)
    .option('--top <k>', 'how many classes to list', wholeNumber(1, 1000), 5)
    .addOption(
      new Option('--backend <name>', 'what runs it').choices(['auto', 'cpu', 'reference']).default('auto'),
    )
    .option('--threads <n>', 'threads of the CPU backend; all cores when left out', wholeNumber(1, 64))
    .addOption(weightTypeOption())
    .option('--turbo', 'let V8 use wider vectors, where that was measured to pay')
    .option('--profile', 'also list the time of every step')
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      '\nExamples:\n  $ netwright run zoo:resnet18 --image cat.jpg --seed 7\n  $ netwright run squeezenet.onnx --image cat.jpg --preprocess caffe\n  $ netwright run mnist.onnx --input digit.npy --output scores.json\n  $ netwright run design.json --image cat.png --profile --format json',
    )
    .action(async (file: string, options: RunCommandOptions) => {
      const given = await givenInputs(file, options);
      const fed = given.flatMap(({ name, tensor }) =>
        tensor ? [{ ...(name === undefined ? {} : { name }), dims: tensor.dims }] : [],
      );
      const opened = await openModel(file, { terminal, shapes: options.shape ?? [], fed });
      const model = await withWeights(file, opened, options.weights);
      const result = await runModel(file, model, given, options, terminal).finally(model.close);
      if (options.format === 'json') printJson(terminal, result);
      else printText(terminal, result);
    });
}

interface Scored {
  readonly index: number;
  readonly label: string | null;
  readonly probability: number;
}

interface RunReport {
  readonly name: string;
  readonly backend: string;
  /** Null when the weights came with the model. */
  readonly seed: number | null;
  /** What became of the file of weights, where one was given. */
  readonly weights?: Pick<WeightReport, 'naming' | 'loaded' | 'unexpected'>;
  /** Null on a machine without threads of its own. */
  readonly threads: number | null;
  /** What whoever reads the results ought to know. */
  readonly notices: readonly string[];
  readonly milliseconds: number;
  readonly outputs: readonly { readonly name: string; readonly dims: readonly number[] }[];
  /** Of the first output. */
  readonly top: readonly Scored[];
  readonly profile?: NonNullable<RunResult['profile']>;
}

async function runModel(
  file: string,
  { design, weights, weightReport }: ModelWithWeights,
  given: readonly GivenInput[],
  { output, preprocess, seed, top, backend, threads, weightType, turbo, profile }: RunCommandOptions,
  terminal: Terminal,
): Promise<RunReport> {
  const feeds = await feedsFor(file, design, given, preprocess);
  const wide = turbo ? await chooseWide() : undefined;
  registerNodeBackends(wide?.uses === true);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  const bar = startProgress(terminal);
  // Threads do not keep the process alive by themselves.
  const alive = setInterval(() => {}, 1000);
  try {
    const options = { signal: stop.signal, onProgress: bar.update };
    const session = await DesignSession.create(design, {
      ...options,
      backend,
      ...(weights === undefined ? { seed } : { stored: weights }),
      ...(threads === undefined ? {} : { threads }),
      ...(weightType === undefined ? {} : { weightType }),
    });
    try {
      const ran = await session.execute(feeds, { ...options, profile: profile === true });
      if (output !== undefined) await writeTensors(output, ran.outputs);
      return report(design, session, ran, {
        seed: weights === undefined ? seed : null,
        top,
        ...(wide ? { wide } : {}),
        ...(weightReport ? { weights: weightReport } : {}),
      });
    } finally {
      await session.release();
    }
  } catch (error) {
    if (error instanceof RunError || error instanceof Refusal) throw failWith(file, [error.problem]);
    if (error instanceof RunCancelled || stop.signal.aborted)
      throw new CommandInterrupted(tell`${file}: the run was cancelled.`);
    throw error;
  } finally {
    clearInterval(alive);
    bar.stop();
    process.off('SIGINT', interrupt);
  }
}

function report(
  design: Design,
  session: DesignSession,
  { outputs, milliseconds, profile }: RunResult,
  {
    seed,
    top,
    wide,
    weights,
  }: {
    readonly seed: number | null;
    readonly top: number;
    readonly wide?: WideChoice;
    readonly weights?: WeightReport;
  },
): RunReport {
  const [first] = session.outputNames;
  const scores = first === undefined ? undefined : scoresOf(outputs[first]);
  const known: readonly string[] = scores?.data.length === classNames.length ? classNames : [];
  const labels = design.run.classes ?? known;
  return {
    name: design.name,
    backend: session.backend,
    seed,
    ...(weights
      ? { weights: { naming: weights.naming, loaded: weights.loaded, unexpected: weights.unexpected } }
      : {}),
    threads: session.threads ?? null,
    notices: [...session.notices.map(said), ...(wide ? [wide.why] : [])],
    milliseconds: Math.round(1000 * milliseconds) / 1000,
    outputs: session.outputNames.map((name) => ({ name, dims: outputs[name]?.dims ?? [] })),
    top: topK(scores?.data ?? [], top).map(({ index, probability }) => ({
      index,
      label: labels[index] ?? null,
      probability,
    })),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** Something to feed: a tensor, read already, or a picture, which becomes what its input takes. */
interface GivenInput {
  /** The input that it is for; the only one when not said. */
  readonly name?: string;
  readonly file: string;
  readonly tensor?: FloatTensor;
}

async function givenInputs(
  file: string,
  { image, input = [] }: Pick<RunCommandOptions, 'image' | 'input'>,
): Promise<readonly GivenInput[]> {
  if ((image === undefined) === (input.length === 0))
    throw new CommandFailure(tell`${file}: needs something to run on: give either --image or --input.`);
  if (image !== undefined) return [{ file: image }];
  const given: GivenInput[] = [];
  for (const text of input) {
    const [, name, path] = /^([^=]+)=(.+)$/s.exec(text) ?? [undefined, undefined, text];
    const named = name === undefined ? {} : { name };
    const picture = /\.(png|jpe?g|webp)$/i.test(path!);
    given.push({ ...named, file: path!, ...(picture ? {} : { tensor: await readTensorFile(path!) }) });
  }
  return given;
}

/** What every input of the network is fed. */
async function feedsFor(
  file: string,
  design: Design,
  given: readonly GivenInput[],
  preprocess: PreprocessingName | undefined,
): Promise<Readonly<Record<string, FloatTensor>>> {
  const { problems } = analyze(design);
  if (problems.length > 0) throw failWith(file, problems);
  const inputs = Object.entries(design.nodes).filter(([, { kind }]) => kind === 'input');
  const names = inputs.map(([id]) => id);
  checkInputs(file, given, names);
  const feeds: [string, FloatTensor][] = [];
  for (const [id, { params }] of inputs) {
    const own = given.find(({ name }) => name === undefined || name === id)!;
    feeds.push([id, own.tensor ?? (await pictureFor(file, design, id, params.shape, own.file, preprocess))]);
  }
  return Object.fromEntries(feeds);
}

/** Every input is fed, by its name where there are several. */
function checkInputs(file: string, given: readonly GivenInput[], names: readonly string[]): void {
  const list = tell`Its inputs are: ${names.join(', ')}.`;
  if (names.length > 1 && given.some(({ name }) => name === undefined))
    throw new CommandFailure(
      tell`${file}: has ${names.length} inputs; feed each by its name, as in --input ${names[0]!}=FILE. ${list}`,
    );
  const stranger = given.find(({ name }) => name !== undefined && !names.includes(name));
  if (stranger?.name !== undefined)
    throw new CommandFailure(tell`${file}: has no input "${stranger.name}". ${list}`);
  const unfed = names.find((id) => !given.some(({ name }) => name === undefined || name === id));
  if (unfed !== undefined)
    throw new CommandFailure(tell`${file}: its input "${unfed}" is not fed. Add --input ${unfed}=FILE.`);
}

async function pictureFor(
  file: string,
  design: Design,
  id: string,
  dims: ParamValue | undefined,
  picture: string,
  preprocess: PreprocessingName | undefined,
): Promise<FloatTensor> {
  const shape: readonly number[] = Array.isArray(dims) && dims.length === 3 ? dims : [];
  const [channels, height, width] = shape;
  if (
    channels === undefined ||
    height === undefined ||
    width === undefined ||
    (channels !== 1 && channels !== 3)
  )
    throw new CommandFailure(
      tell`${file}: its input "${id}" is ${String(dims)}; a picture needs 1 or 3 channels×height×width.`,
    );
  const pixels = await readImage(picture);
  const how =
    preprocess === undefined
      ? preprocessingFor(design.run, shape)
      : preprocessingNamed(preprocess, [height, width]);
  return imageToTensor(pixels, [channels, height, width], how);
}

/** The scores of a classifier; undefined for maps, which have no classes to rank. */
function scoresOf(output: FloatTensor | undefined): FloatTensor | undefined {
  return output !== undefined && output.data.length === Math.max(...output.dims) ? output : undefined;
}

function weightsLine({ loaded, unexpected }: NonNullable<RunReport['weights']>): string {
  const rest = unexpected.length;
  const some = unexpected.slice(0, 3).join(', ');
  if (rest === 0) return tell`${loaded} weights loaded.`;
  return tell`${loaded} weights loaded; ${rest} in the file unused: ${some}${rest > 3 ? ', …' : ''}.`;
}

function printText(
  { out, colours }: Terminal,
  { name, backend, seed, weights, threads, notices, milliseconds, outputs, top, profile }: RunReport,
): void {
  const shapes = outputs.map((each) => `${each.name} ${each.dims.join('×')}`).join(', ');
  const on = threads === null ? backend : `${backend}, ${threadsText(threads)}`;
  out(`${tell`${name} on ${on}: ${milliseconds.toFixed(1)} ms; ${shapes}`}\n`);
  for (const notice of notices) out(`${notice}\n`);
  if (seed !== null) {
    out(
      colours.dim(
        `${tell`Weights are seeded (${seed}), not trained: the scores say that the network runs, not what is seen.`}\n`,
      ),
    );
  }
  if (weights !== undefined) out(colours.dim(`${weightsLine(weights)}\n`));
  for (const { index, label, probability } of top)
    out(
      `${(100 * probability).toFixed(2).padStart(7)} %  ${colours.bold(String(index).padStart(4))}${label === null ? '' : `  ${label}`}\n`,
    );
  if (profile === undefined) return;
  out('\n');
  out(
    printed({
      caption: t('Every step, in the order in which they ran.'),
      columns: [
        { title: 'Layers', align: 'left' },
        { title: 'Algorithm', align: 'left' },
        { title: 'ms', align: 'right' },
        { title: 'Multiply-adds', align: 'right' },
        { title: 'GFLOP/s', align: 'right' },
        { title: 'Bytes', align: 'right' },
      ],
      rows: profile.map((step) => [
        step.nodes.join(' + '),
        step.algorithm,
        step.milliseconds.toFixed(3),
        grouped(step.macs),
        step.macs > 0 && step.milliseconds > 0 ? ((2 * step.macs) / step.milliseconds / 1e6).toFixed(1) : '',
        grouped(step.bytes),
      ]),
    }),
  );
}
