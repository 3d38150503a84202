import { basename } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { analyze } from '../shared/analysis/analyze.ts';
import { flatten } from '../shared/analysis/flatten.ts';
import type { Dims } from '../shared/base/dims.ts';
import { messages, type Problem, type Result, retold } from '../shared/base/problem.ts';
import { matchWeights } from '../shared/formats/checkpoints/match.ts';
import { readWeights } from '../shared/formats/checkpoints/read.ts';
import { foreignProblem } from '../shared/formats/foreign.ts';
import { importKerasArchive, importKerasHdf5 } from '../shared/formats/keras-files/open.ts';
import {
  endingsOf,
  formatOfName,
  type ModelFormatId,
  modelFormats,
  type NetworkFormatId,
  stemOfName,
} from '../shared/formats/models.ts';
import { importOnnx } from '../shared/formats/onnx/import.ts';
import { MAX_SPEC_BYTES } from '../shared/formats/spec/format.ts';
import { readSpec } from '../shared/formats/spec/read.ts';
import { importTorchScript } from '../shared/formats/torchscript/open.ts';
import { foldDesign } from '../shared/formats/weights/fold.ts';
import type { LazyWeights } from '../shared/formats/weights/store.ts';
import type { Design } from '../shared/graph/design.ts';
import { zoo, zooEntry } from '../shared/zoo/index.ts';
import { CommandFailure, failWith } from './failure.ts';
import { externalFiles, FileSource } from './file-source.ts';
import { readText } from './files.ts';
import { said, tell } from './i18n/language.ts';
import { isPythonTarget, traceTarget } from './python.ts';
import { type InputShape, shapeFor, withShapes } from './shapes.ts';
import type { Terminal } from './terminal.ts';

const models = endingsOf('network').filter(
  (ending) => !modelFormats.spec.endings.some((own) => own === ending),
);

/** What FILE means, for every command's help. */
export const fileHelp = `a spec (.json), a model (${models.join(', ')}), a PyTorch module (model.py:Net), zoo:NAME, or - for a spec on standard input`;

/** A design, with the weights that came with it, still in their file. */
export interface OpenedModel {
  readonly design: Design;
  /** What was left out of the file without a loss. */
  readonly remarks?: readonly string[];
  readonly weights?: LazyWeights;
  /** What a spec was read from. */
  readonly text?: string;
  /** Lets go of the files that weights lie in. */
  close(): Promise<void>;
}

/** For the help of every command that has it. */
export const foldHelp = 'make blocks of the layers that a residual, inception or other block stands for';

type Opener = (file: string, given: GivenShapes) => Promise<OpenedModel>;

interface GivenShapes {
  readonly shapes: readonly InputShape[];
  readonly fed: readonly InputShape[];
  /** Whether weights are wanted that have to be asked for. */
  readonly weights: boolean;
}

/** How files are opened, by the form that their names say; all else is taken for a spec. */
const openers: Readonly<Record<NetworkFormatId, Opener>> = {
  spec: openSpec,
  onnx: openOnnx,
  kerasArchive: (file, given) => openStored(file, given, importKerasArchive),
  hdf5: (file, given) => openStored(file, given, importKerasHdf5),
  torchscript: (file, given) => openStored(file, given, importTorchScript),
};
const isOpened = (id: ModelFormatId | undefined): id is NetworkFormatId =>
  id !== undefined && Object.hasOwn(openers, id);

export interface OpenOptions {
  /** Where what was left out of the file is told. */
  readonly terminal?: Terminal;
  readonly fold?: boolean;
  /** For inputs whose shape is open, or to be another. */
  readonly shapes?: readonly InputShape[];
  /** Samples that memory is told for, in the place of the design's own. */
  readonly batch?: number | undefined;
  /** Of what will be fed: the shape of an input that a model leaves open. */
  readonly fed?: readonly InputShape[];
  /** Whether weights will be used that have to be asked for; they are unless it is said otherwise. */
  readonly wantsWeights?: boolean;
}

export const say = messages('cli/open-design', { 'give-shape': 'Give one: {{option}}' });

/** What to type, where a model leaves its input's shape open. */
function withShapeHint(problem: Problem): Problem {
  const { code, where, hint, told } = problem;
  if (code !== 'input-axis-open' && code !== 'input-without-shape') return problem;
  const shape = /[\d×]+(?=\.$)/.exec(hint)?.[0].replaceAll('×', ',') ?? '3,224,224';
  return retold(problem, told.message, say.part('give-shape', { option: `--shape ${where.path}=${shape}` }));
}

/** What was left out of a file without a loss. */
const inWords = (remarks: readonly Problem[]): readonly string[] =>
  remarks.map(({ told }) => `${said(told.message)} ${said(told.hint)}`);

const MOST_REMARKS = 20;

function tellRemarks(file: string, remarks: readonly string[], terminal: Terminal): void {
  for (const remark of remarks.slice(0, MOST_REMARKS)) terminal.err(`${file}: ${remark}\n`);
  const more = remarks.length - MOST_REMARKS;
  if (more > 0) terminal.err(`${tell`${file}: ${more} more operators were left out.`}\n`);
}

/** Opens what FILE stands for. */
export async function openModel(
  file: string,
  { fold = false, shapes = [], fed = [], batch, terminal, wantsWeights = true }: OpenOptions = {},
): Promise<OpenedModel> {
  const opened = await openAsIs(file, { shapes, fed, weights: wantsWeights });
  if (terminal) tellRemarks(file, opened.remarks ?? [], terminal);
  const shaped = withShapes(opened.design, shapes, file);
  const model = { ...opened, design: batch === undefined ? shaped : { ...shaped, batch } };
  if (!fold) return model;
  const { design, weights } = foldDesign(model.design, model.weights ?? {});
  return { ...model, design, ...(model.weights ? { weights } : {}) };
}

async function openAsIs(file: string, given: GivenShapes): Promise<OpenedModel> {
  const foreign = foreignProblem(file);
  if (foreign) throw failWith(file, [foreign]);
  if (isPythonTarget(file)) return openPython(file, given);
  if (file.startsWith('zoo:')) return whole(openZoo(file.slice('zoo:'.length)));
  const format = formatOfName(file);
  return isOpened(format) ? openers[format](file, given) : openSpec(file);
}

/** The design alone, for commands that run nothing. */
export async function openDesign(file: string, options: OpenOptions = {}): Promise<Design> {
  const { design, close } = await openModel(file, { ...options, wantsWeights: false });
  await close();
  return design;
}

function whole(design: Design): OpenedModel {
  return { design, close: async () => {} };
}

async function openSpec(file: string): Promise<OpenedModel> {
  const text = await readText(file, MAX_SPEC_BYTES);
  const result = readSpec(text);
  if (!result.ok) throw failWith(file === '-' ? 'standard input' : file, result.problems);
  return { ...whole(result.value), text };
}

async function openOnnx(file: string, { shapes, fed }: GivenShapes): Promise<OpenedModel> {
  const source = await FileSource.open(file);
  const opened = [source];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
  };
  const result = await importOnnx(source, {
    name: stemOfName(basename(file)),
    openExternal: externalFiles(file, opened),
    shapeFor: (name) => shapeFor(shapes, name),
    fedShapeFor: (name) => shapeFor(fed, name),
  });
  if (result.ok) {
    const { design, weights, remarks } = result.value;
    return { design, weights, remarks: inWords(remarks), close };
  }
  await close();
  throw failWith(file, result.problems.map(withShapeHint));
}

interface StoredOptions {
  readonly name: string;
  readonly shapeFor: (name: string) => Dims | undefined;
}

/** What is read of a file that another program saved. */
interface Imported {
  readonly design: Design;
  /** An architecture may come without. */
  readonly weights?: LazyWeights | undefined;
  readonly remarks?: readonly Problem[];
}

/** A model that another program saved whole. */
async function openStored(
  file: string,
  { shapes }: GivenShapes,
  read: (source: FileSource, options: StoredOptions) => Promise<Result<Imported>>,
): Promise<OpenedModel> {
  const source = await FileSource.open(file);
  const close = () => source.close();
  const result = await read(source, {
    name: stemOfName(basename(file)),
    shapeFor: (name) => shapeFor(shapes, name),
  });
  if (result.ok) {
    const { design, weights, remarks = [] } = result.value;
    return { design, ...(weights ? { weights } : {}), remarks: inWords(remarks), close };
  }
  await close();
  throw failWith(file, result.problems.map(withShapeHint));
}

/** A module of the user's own, which their Python makes and traces. */
async function openPython(file: string, { shapes, weights: wanted }: GivenShapes): Promise<OpenedModel> {
  const traced = await traceTarget(file, shapes, wanted);
  const opened: FileSource[] = [];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
    await traced.close();
  };
  try {
    const read = readSpec(await readText(traced.design, MAX_SPEC_BYTES));
    if (!read.ok) throw failWith(file, read.problems);
    const { remarks } = traced;
    if (!wanted) return { design: read.value, remarks, close };
    const network = flatten(analyze(read.value));
    // A design with problems runs nowhere, and needs no weights.
    if (!network.ok) return { design: read.value, remarks, close };
    const source = await FileSource.open(traced.weights);
    opened.push(source);
    const found = await readWeights(traced.weights, source);
    if (!found.ok) throw failWith(file, found.problems);
    const { weights } = matchWeights(read.value, network.value, found.value);
    return { design: read.value, remarks, weights, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openZoo(name: string): Design {
  const entry = zooEntry(name);
  if (entry !== undefined) return entry.build();
  const known = zoo.map(({ id }) => id);
  throw new CommandFailure(
    tell`zoo:${name}: there is no such network. Did you mean zoo:${closest(name.slice(0, 64), known)}? "netwright zoo" lists all.`,
  );
}
