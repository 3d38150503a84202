import type { Command } from 'commander';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { grouped, type TextTable } from '../../shared/formats/tables/present.ts';
import type { Design } from '../../shared/graph/design.ts';
import type { MeasuredMachine } from '../../shared/runtime/time/calibration.ts';
import type { Answer, Turned } from '../../shared/steer/answers.ts';
import { type FitResult, fit as fitDesign, isTimed } from '../../shared/steer/fit.ts';
import { fitLaw, memberOf } from '../../shared/steer/law-fit.ts';
import { lawNamed, laws } from '../../shared/steer/laws.ts';
import {
  amountOf,
  type Measures,
  oneSample,
  quantitiesOf,
  type SteerLimit,
  type SteerQuantity,
  steerQuantities,
  steerQuantityTable,
} from '../../shared/steer/quantities.ts';
import type { Vary } from '../../shared/steer/space.ts';
import type { Wish } from '../../shared/steer/wish.ts';
import { machineText, timerHere } from '../calibrations.ts';
import { CommandFailure, exitCodes, failWith } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { printed, t, tell } from '../i18n/language.ts';
import { fileHelp, foldHelp, openDesign } from '../open-design.ts';
import { formatOption, wholeNumber } from '../options.ts';
import { interruptible } from '../progress.ts';
import { type BatchOptions, batchOption, type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import {
  amountText,
  changeText,
  largestBatches,
  largestBatchOption,
  steerLimitOptions,
  timeThreadsOption,
  varyOption,
  wishOption,
} from '../steer-options.ts';
import { printJson, type Terminal } from '../terminal.ts';

interface FitOptions extends Partial<Record<SteerQuantity, SteerLimit>>, ShapeOptions, BatchOptions {
  readonly fold?: boolean;
  readonly vary?: readonly Vary[];
  readonly keep?: readonly string[];
  readonly wish?: Wish;
  readonly baseline?: string;
  readonly top: number;
  readonly threads?: number;
  readonly largestBatch?: number;
  readonly output?: string;
  readonly format: 'table' | 'json';
}

export function addFit(program: Command, terminal: Terminal): void {
  const command = program
    .command('fit')
    .description('the designs that keep limits, nearest to this one first')
    .argument(
      '<file>',
      `${fileHelp}; or law:NAME for a published family: ${laws.map(({ id }) => id).join(', ')}`,
    );
  for (const option of steerLimitOptions()) command.addOption(option);
  command
    .addOption(shapeOption())
    .addOption(batchOption())
    .option('--fold', foldHelp)
    .addOption(varyOption())
    .option('--keep <names...>', 'knobs, stages or layers that stay as they are')
    .addOption(wishOption())
    .option('--baseline <file>', 'the design that shares such as +5% are of, instead of this one')
    .option('--top <n>', 'how many answers', wholeNumber(1, 100), 5)
    .addOption(timeThreadsOption())
    .addOption(largestBatchOption('the largest batch that each answer can be trained with'))
    .option('-o, --output <file>', 'write the best answer as a spec')
    .addOption(formatOption(['table', 'json']))
    .addHelpText(
      'after',
      '\nA limit is the most there may be; ">=3G" is the least, "3G..4G" both, "+5%" and "±5%" are shares of the baseline.\nPeaks of memory are of the batch, in its type of activations as the design says; all else is of one sample, bytes in float32.\nTimes are those predicted for this machine, once netwright calibrate has measured it. Where these or the arena of this engine are limited, answers are proven in small spaces alone, of which each variant that matters can be planned.\nWithout --vary, the widths and depths of all stages may be turned; of a law, what makes its members.\nExit code 1 when no design keeps the limits.\n\nExamples:\n  $ netwright fit zoo:resnet50 --macs 3.5G --params 22M\n  $ netwright fit zoo:resnet50 --macs 4.1G --vary stage3.width=64..256:8 --vary input=160..288:32 --keep conv1 --top 5 -o out.netwright.json\n  $ netwright fit zoo:resnet50 --time 20ms --wish largest:macs\n  $ netwright fit zoo:vgg16 --macs 15G..16G --memory 20MiB --wish largest:params\n  $ netwright fit zoo:resnet50 --macs 3G --largest-batch 16GiB\n  $ netwright fit law:mobilenet_v2 --macs 200M --vary alpha=0.35..1.4:0.05 --vary input=96..224:32',
    )
    .action(async (file: string, options: FitOptions) => {
      if (file.startsWith('law:')) return fitFamily(terminal, file, options);
      const design = await openDesign(file, {
        terminal,
        fold: options.fold === true,
        shapes: shapesOf(options),
        batch: options.batch,
      });
      const limits = steerQuantities.flatMap((quantity) => options[quantity] ?? []);
      if (limits.length === 0 && !options.wish)
        throw new CommandFailure(
          tell`${file}: there is nothing to keep to. Give a limit, such as --macs 4.1G, or a --wish.`,
        );
      const { vary, keep, wish, top, baseline } = options;
      const timed = isTimed({ limits, ...(wish ? { wish } : {}) })
        ? await timerHere(options.threads)
        : undefined;
      const base = baseline === undefined ? undefined : await openDesign(baseline);
      const { result, isInterrupted } = await interruptible(terminal, (watch) =>
        fitDesign(
          design,
          {
            limits,
            top,
            loaded: { numbers: design.numbers, batch: design.batch },
            ...(vary ? { vary } : {}),
            ...(keep ? { keep } : {}),
            ...(wish ? { wish } : {}),
            ...(base ? { baseline: base } : {}),
            ...(timed ? { timer: timed.timer } : {}),
          },
          watch,
        ),
      );
      if (result.kind === 'refused') throw failWith(file, result.problems);
      const shown = shownQuantities(limits);
      const machine = timed?.machine;
      const best = result.kind === 'found' ? result.answers[0] : undefined;
      const written = await writeBest(best, options.output);
      const room = options.largestBatch;
      if (options.format === 'json')
        printJson(terminal, { ...jsonOf(result, isInterrupted, room), ...(machine ? { machine } : {}) });
      else terminal.out(textOf(design, result, { shown, room, machine }));
      terminal.err(written);
      if (result.kind === 'none') process.exitCode = exitCodes.findings;
      if (isInterrupted) process.exitCode = exitCodes.interrupted;
    });
}

/** Members of a published family, by its law. */
async function fitFamily(terminal: Terminal, file: string, options: FitOptions): Promise<void> {
  const law = lawNamed(file.slice('law:'.length));
  if (!law)
    throw new CommandFailure(
      tell`${file}: there is no such law. There are ${laws.map(({ id }) => `law:${id}`).join(', ')}.`,
    );
  const limits = steerQuantities.flatMap((quantity) => options[quantity] ?? []);
  const { vary, wish, top, output, format, baseline } = options;
  if (options.keep)
    throw new CommandFailure(
      tell`${file}: --keep is of a design's layers; of a law, what is not named by --vary stays as it is.`,
    );
  const asked = { limits, ...(wish ? { wish } : {}) };
  const timed = isTimed(asked) ? await timerHere(options.threads) : undefined;
  const base = baseline === undefined ? undefined : await openDesign(baseline);
  const request = {
    ...asked,
    loaded: { ...oneSample, batch: options.batch ?? oneSample.batch },
    ...(vary ? { vary } : {}),
    top,
    ...(base ? { baseline: base } : {}),
    ...(timed ? { timer: timed.timer } : {}),
  };
  const { result, isInterrupted } = await interruptible(terminal, (watch) => fitLaw(law, request, watch));
  if (!result.ok) throw failWith(file, result.problems);
  const { members, original, isProven, nearest, broken, evaluated, space } = result.value;
  const [best] = members;
  const written = await writeBest(best, output);
  const shown = shownQuantities(limits);
  if (format === 'json')
    printJson(terminal, {
      law: law.id,
      proven: isProven && !isInterrupted,
      original: amounts(original),
      answers: members.map((member) => answerJson(member, original, options.largestBatch)),
      ...(members.length > 0 ? {} : { nearest: nearest ? pointJson(nearest, original) : null, broken }),
      ...(timed ? { machine: timed.machine } : {}),
    });
  else if (members.length === 0)
    terminal.out(whyNot(law.title, result.value, `${lookedAt(evaluated, space)}${timeNote(timed?.machine)}`));
  else
    terminal.out(
      printed({
        ...answerTable(
          members,
          { design: base ?? memberOf(law, {}), measures: original },
          shown,
          options.largestBatch,
        ),
        caption: `${membersText(law.title, members.length, isProven && !isInterrupted)} ${t(law.formula)} (${t(law.source)}).${timeNote(timed?.machine)}`,
      }),
    );
  if (!best) process.exitCode = exitCodes.findings;
  terminal.err(written);
  if (isInterrupted) process.exitCode = exitCodes.interrupted;
}

/** Written before anything is told: an answer that could not be kept would look as if it were. What is told of it. */
async function writeBest(
  best: Pick<Answer, 'design' | 'turned'> | undefined,
  output: string | undefined,
): Promise<string> {
  if (best === undefined || output === undefined) return '';
  await writeAtomically(output, writeSpec(best.design));
  return `${output}: ${turnedText(best.turned)}\n`;
}

/** What is limited, beside what is always asked for. */
function shownQuantities(limits: readonly SteerLimit[]): readonly SteerQuantity[] {
  const limited = limits.map(({ quantity }) => quantity);
  return steerQuantities.filter((each) => each === 'macs' || each === 'params' || limited.includes(each));
}

type Outcome = Exclude<FitResult, { kind: 'refused' }>;

/** What predicted times are of. */
function timeNote(machine: MeasuredMachine | undefined): string {
  return machine ? tell` Milliseconds are predicted for ${machineText(machine)}.` : '';
}

/** Some are met again on other ways. */
function lookedAt(evaluated: number, space: number): string {
  return tell`${amountText(Math.min(evaluated, space))} of ${amountText(space)} variants were looked at.`;
}

interface Shown {
  readonly shown: readonly SteerQuantity[];
  /** The bytes that largest batches are told for. */
  readonly room: number | undefined;
  readonly machine: MeasuredMachine | undefined;
}

function textOf(design: Design, result: Outcome, { shown, room, machine }: Shown): string {
  const { name } = design;
  const { original } = result;
  const looked = lookedAt(result.evaluated, result.space);
  if (result.kind === 'none') return whyNot(name, result, `${looked}${timeNote(machine)}`);
  const count = result.answers.length;
  const found = count === 1 ? tell`${name}: 1 answer` : tell`${name}: ${count} answers`;
  const verdict = result.isProven
    ? t('proven best: no other keeps the limits and is better.')
    : t('best found.');
  return printed({
    ...answerTable(result.answers, { design, measures: original }, shown, room),
    caption: `${tell`${found}, ${verdict} ${looked}`}${timeNote(machine)}`,
  });
}

function membersText(title: string, count: number, isProven: boolean): string {
  const verdict = isProven ? t('proven best.') : t('best found.');
  return count === 1
    ? tell`${title}: 1 member keeps the limits, ${verdict}`
    : tell`${title}: ${count} members keep the limits, ${verdict}`;
}

/** An answer, a member of a family, or what comes nearest. */
type Told = Pick<Answer, 'turned' | 'measures' | 'interval' | 'design'>;

function answerTable(
  answers: readonly Told[],
  now: Pick<Told, 'design' | 'measures'>,
  shown: readonly SteerQuantity[],
  room: number | undefined,
): Omit<TextTable, 'caption'> {
  const original = now.measures;
  const batch = ({ design }: Pick<Told, 'design'>): readonly string[] =>
    room === undefined ? [] : [grouped(largestBatches(design, room).training)];
  return {
    columns: [
      { title: '', align: 'left' },
      ...shown.flatMap((quantity) => [
        { title: steerQuantityTable[quantity].title, align: 'right' as const },
        { title: '', align: 'right' as const },
      ]),
      ...(room === undefined ? [] : [{ title: 'Largest batch', align: 'right' as const }]),
      { title: 'What is turned', align: 'left' },
    ],
    rows: [
      [
        t('now'),
        ...shown.flatMap((quantity) => [amountText(amountOf(original, quantity), quantity), '']),
        ...batch(now),
        '',
      ],
      ...answers.map((answer, i) => [
        String(i + 1),
        ...amountCells(answer, original, shown),
        ...batch(answer),
        turnedText(answer.turned),
      ]),
    ],
  };
}

function amountCells(
  { measures, interval }: Told,
  original: Measures,
  shown: readonly SteerQuantity[],
): readonly string[] {
  return shown.flatMap((quantity) => {
    const [before, after] = [amountOf(original, quantity), amountOf(measures, quantity)];
    const between =
      quantity === 'time' && interval
        ? ` (${amountText(interval.low, 'time')}–${amountText(interval.high, 'time')})`
        : '';
    return [`${amountText(after, quantity)}${between}`, changeText(before, after)];
  });
}

function turnedText(turned: readonly Turned[]): string {
  if (turned.length === 0) return 'nothing: it keeps the limits as it is';
  return turned.map(({ knob, before, after }) => `${knob} ${before} → ${after}`).join(', ');
}

type NoAnswer = Extract<Outcome, { kind: 'none' }>;

/** Locks are told of where it was tried what opening them does. */
interface NotFound extends Pick<NoAnswer, 'broken' | 'isProven'>, Partial<Pick<NoAnswer, 'unlock'>> {
  readonly nearest: Pick<Answer, 'turned'> | undefined;
}

function whyNot(name: string, result: NotFound, looked: string): string {
  const { broken, nearest, unlock, isProven } = result;
  const lines = [
    isProven
      ? tell`${name}: no variant keeps the limits. ${looked}`
      : tell`${name}: no variant was found that keeps the limits. ${looked}`,
    ...broken.map(({ quantity, actual, min, max }) => {
      const { noun, unit } = steerQuantityTable[quantity];
      const wanted =
        actual > max
          ? tell`at most ${amountText(unit === 'milliseconds' ? max : Math.floor(max), quantity)}`
          : tell`at least ${amountText(unit === 'milliseconds' ? min : Math.ceil(min), quantity)}`;
      return tell`  What binds: ${wanted} ${t(noun)}; the nearest has ${amountText(actual, quantity)}.`;
    }),
    ...(nearest
      ? [
          tell`  The nearest: ${nearest.turned.length === 0 ? t('as it stands') : turnedText(nearest.turned)}.`,
        ]
      : []),
    ...(unlock === undefined
      ? []
      : [
          unlock.length > 0
            ? tell`  Would help, each by itself: --vary ${unlock.join(', --vary ')}.`
            : t('  No knob that is locked would help by itself.'),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function jsonOf(result: Outcome, isInterrupted: boolean, room: number | undefined): object {
  const { kind, isProven, evaluated, space, original } = result;
  const common = {
    kind,
    proven: isProven && !isInterrupted,
    evaluated,
    space,
    original: amounts(original),
  };
  if (result.kind === 'none') {
    const { nearest, broken, unlock } = result;
    return { ...common, nearest: nearest ? pointJson(nearest, original) : null, broken, unlock };
  }
  return {
    ...common,
    answers: result.answers.map((answer: Answer) => answerJson(answer, original, room)),
    front: result.front.map((point) => pointJson(point, original)),
  };
}

function answerJson(answer: Told, original: Measures, room: number | undefined): object {
  return {
    ...pointJson(answer, original),
    ...(room === undefined ? {} : { largestBatch: largestBatches(answer.design, room) }),
  };
}

function pointJson({ turned, measures, interval }: Omit<Told, 'design'>, original: Measures): object {
  const difference = quantitiesOf(measures).map(
    (quantity) => [quantity, amountOf(measures, quantity) - amountOf(original, quantity)] as const,
  );
  return {
    turned,
    ...amounts(measures),
    ...(interval ? { interval } : {}),
    difference: Object.fromEntries(difference),
  };
}

function amounts(measures: Measures): object {
  return Object.fromEntries(
    quantitiesOf(measures).map((quantity) => [quantity, amountOf(measures, quantity)]),
  );
}
