import { fail, messages, type Problem, type Result, succeed } from '../../shared/base/problem.ts';
import { shortened } from '../../shared/base/text.ts';
import { foreignProblem } from '../../shared/formats/foreign.ts';
import { formatOfName, gives, modelFormats, stemOfName } from '../../shared/formats/models.ts';
import type { ExternalFile } from '../../shared/formats/onnx/external.ts';
import { followRenames, moveWeights } from '../../shared/formats/weights/follow.ts';
import { Refusal, whereRefused } from '../../shared/formats/weights/source.ts';
import type { LazyWeights } from '../../shared/formats/weights/store.ts';
import { type Design, emptyDesign } from '../../shared/graph/design.ts';
import { type History, redo, undo } from '../../shared/graph/history.ts';
import { MAX_TEXT_FILE_BYTES } from '../../shared/host/contract.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { t } from '../i18n/i18n.ts';
import { said, saidInFull } from '../i18n/said.ts';
import { arrangeToRead, directionOf } from '../layout/reading.ts';
import { aheadOf } from '../state/ahead.ts';
import type { App } from '../state/app.ts';
import { type KnownElsewhere, LARGE } from '../state/derive.ts';
import type { DocumentFile, WeightsFile } from '../state/document-state.ts';
import { detailsOf, saidBy } from '../state/faults.ts';
import { pickFile } from '../state/pick-file.ts';
import { readChoice } from '../state/settings.ts';
import type { ModelData, ModelForm, ModelToRead } from '../workers/read-model.ts';
import { factsAside } from './analyse-aside.ts';
import { type FileToOpen, fromDrop, fromHost, weightsFileOf } from './file-to-open.ts';
import { inSlices, type Progress, whileOpening } from './opening.ts';
import { followedOf, openProgram, type Program } from './program.ts';
import { readModelAside, readSpecAside } from './read-aside.ts';
import { mayDiscard } from './saving.ts';
import { takeWeights } from './weights.ts';
import { specOf } from './work-journal.ts';

export const say = messages('renderer/documents/files', {
  'not-text': [
    'This is not a UTF-8 text file.',
    'Open a Netwright spec (.netwright.json) or an ONNX model ({{onnx}}).',
  ],
});

const MOST_LINES = 200;
/** What a worker does of the analysis takes about so much of its time. */
const ELSEWHERE = 0.7;

function placeOf({ where }: Problem): string {
  const inside = shortened(where.path ?? where.node ?? '', 300);
  return where.line === undefined ? inside : `${where.line}:${where.column ?? 1}  ${inside}`;
}

/** Shows why a file could not be opened; the document that is open stays as it is. */
function refuse(app: App, name: string, problems: readonly Problem[]): void {
  app.getState().notify({
    kind: 'error',
    title: t('{{name}} could not be opened', { name }),
    lines: problems
      .slice(0, MOST_LINES)
      .map((problem) =>
        [placeOf(problem), said(problem.told.message), said(problem.told.hint)]
          .filter((part) => part !== '')
          .join('  '),
      ),
  });
}

/** What a file holds. A model's own file is never written to: saving it asks for a place. */
export interface Opened {
  readonly design: Design;
  readonly writable: boolean;
  readonly weights?: LazyWeights;
  /** What was left out of the file without a loss. */
  readonly remarks?: readonly Problem[];
  /** The program that gave it. */
  readonly program?: Program;
}

/** The design of a model, with its weights where they are at hand; undefined when the user cancels. */
async function openModel(
  app: App,
  file: FileToOpen,
  form: ModelForm,
  ask: boolean,
  signal?: AbortSignal,
): Promise<Result<Opened> | undefined> {
  const [{ gatherBeside }, { shapesOf }] = await Promise.all([
    import('./model-data.ts'),
    import('./open-axes.ts'),
  ]);
  const model: ModelToRead = {
    form,
    name: stemOfName(file.name),
    source: file.source,
    beside: (files) => (ask ? gatherBeside(app, file, files) : atHand(file, files)),
    shapes: (inputs) => shapesOf(app, file.name, inputs, ask),
  };
  const read = await readModelAside(model, signal);
  return read?.ok ? succeed({ ...read.value, writable: false }) : read;
}

/** Of the files beside a model those that nobody has to be asked for. */
async function atHand(file: FileToOpen, files: readonly ExternalFile[]): Promise<Result<ModelData>> {
  const found = files.map(async ({ location }) => [location, await file.beside(location)] as const);
  return succeed(new Map(await Promise.all(found)));
}

/** What was left out of a model without a loss is told, and is no reason to stop. */
function tellRemarks(app: App, name: string, remarks: readonly Problem[]): void {
  if (remarks.length === 0) return;
  const lines = remarks.slice(0, MOST_LINES).map(saidInFull);
  app.getState().notify({ kind: 'info', title: t('What was left out of {{name}}', { name }), lines });
}

/** The design of a spec; what cannot be read is told by whoever asks. */
async function openSpec({ source }: FileToOpen, signal?: AbortSignal): Promise<Result<Opened>> {
  let text: string;
  try {
    const bytes = await source.read(0, Math.min(source.size, MAX_TEXT_FILE_BYTES));
    // Where it ends in the middle of a letter it is too large in any case.
    text = new TextDecoder('utf-8', { fatal: bytes.length === source.size }).decode(bytes);
  } catch (error) {
    // The file is gone, or may not be read: another matter than what is in it.
    if (error instanceof Refusal) return fail(error.problem);
    return fail(say.at({}, 'not-text', { onnx: modelFormats.onnx.endings[0] }));
  }
  const read = await readSpecAside(text, signal);
  return read.ok ? succeed({ design: read.value, writable: true }) : read;
}

async function openAs(
  app: App,
  file: FileToOpen,
  ask: boolean,
  signal?: AbortSignal,
): Promise<Result<Opened> | undefined> {
  const format = formatOfName(file.name);
  switch (format) {
    case 'onnx':
    case 'kerasArchive':
    case 'hdf5':
    case 'torchscript':
      return openModel(app, file, format, ask, signal);
    case 'pytorch': {
      const traced = await openProgram(app, file, signal);
      return traced?.ok ? succeed({ ...traced.value, writable: false }) : traced;
    }
    default: {
      const foreign = foreignProblem(file.name);
      return foreign ? fail(foreign) : openSpec(file, signal);
    }
  }
}

/** The design of a spec or a model that is only held against another: nobody is asked, and weights stay where they lie. */
export async function designOfFile(app: App, file: FileToOpen): Promise<Result<Design> | undefined> {
  const other = await openAs(app, file, false);
  return other?.ok ? succeed(other.value.design) : other;
}

/** Reads a spec or a model. What cannot be read is told; undefined then, and when the user cancels. */
export async function readFile(
  app: App,
  file: FileToOpen,
  signal?: AbortSignal,
): Promise<Opened | undefined> {
  const read = await openAs(app, file, true, signal);
  if (read?.ok) return read.value;
  if (read) refuse(app, file.name, read.problems);
  return undefined;
}

/** Opens a spec or a model. When it cannot be read, or the user cancels, what is open stays. */
export function openFile(app: App, file: FileToOpen): Promise<void> {
  const { grant, name } = file;
  return whileOpening(app, name, async (progress) => {
    const read = await readFile(app, file, progress.signal);
    if (!read) return;
    const { design, weights, writable, remarks = [], program } = read;
    // What holds beside a program holds for its design, with weights or without.
    const weightsFile = weights || program ? weightsFileOf(file) : undefined;
    const arranged = await withPlaces(app, design, progress);
    await prepareLarge(app, arranged, progress);
    app.getState().flow(directionOf(arranged));
    app.getState().open(arranged, writable ? { grant, name } : undefined, weights, !writable, weightsFile);
    if (program) follow(app, program);
    tellRemarks(app, name, remarks);
  });
}

/**
 * Works out what follows from a large design that is about to be opened, while the window answers: its layers in a worker, the
 * rest a slice at a time. Throws where that is cancelled.
 */
export async function prepareLarge(app: App, design: Design, progress: Progress): Promise<void> {
  if (Object.keys(design.nodes).length > LARGE) {
    const tell = (share: number): void => progress.tell('analysing', share);
    tell(0);
    const elsewhere = await factsAside(design, progress.signal, (share) => tell(share * ELSEWHERE));
    const done = elsewhere ? ELSEWHERE : 0;
    const rest = aheadFor(app, design, elsewhere ?? new Map());
    await inSlices(rest, (share) => tell(done + share * (1 - done)));
  }
  progress.signal.throwIfAborted();
}

/** What is known of a design, and what showing and keeping it asks for in one moment; it is all there by then. */
function* aheadFor(app: App, design: Design, elsewhere: KnownElsewhere): Generator<number, void> {
  const analysis = yield* app.getState().prepare(design, elsewhere);
  const coming = { design, analysis, direction: directionOf(design) };
  for (const work of aheadOf(app).getState().works) for (const _ of work(coming)) yield 1;
  for (const last of [() => analysis.totals, () => specOf(design)]) {
    yield 1;
    last();
  }
  // What is shown then is a task of its own.
  yield 1;
}

/** From here on the design is that of a program, until another one is open. */
function follow(app: App, program: Program): void {
  const { opened, history } = app.getState();
  followedOf(app).setState({
    followed: { program, opened, taken: history.design, state: 'current', problems: [] },
  });
}

export async function openFromDialog(app: App): Promise<void> {
  if (!(await mayDiscard(app))) return;
  const file = await pickFile(app, 'design');
  if (file) await openFile(app, fromHost(app, file));
}

export async function openRecent(app: App, id: string): Promise<void> {
  if (!(await mayDiscard(app))) return;
  try {
    const file = await app.host.openRecent({ id });
    if (file) await openFile(app, fromHost(app, file));
  } catch (error) {
    const line = saidBy(error);
    const hint = t('It may have been moved or renamed; open it from where it is now.');
    app.getState().notify({
      kind: 'error',
      title: t('The recent file could not be opened'),
      lines: [line, hint],
      details: detailsOf(app, error),
    });
  }
}

/** Opens what was dropped: a spec, a model with the files beside it that it needs, or weights for what is open. */
export async function openDropped(app: App, files: readonly File[]): Promise<void> {
  const file = fromDrop(files);
  if (!file) return;
  if (app.getState().screen === 'editor' && (await isWeightsAlone(file))) {
    return takeWeights(app, file);
  }
  if (await mayDiscard(app)) await openFile(app, file);
}

/** Whether a file is for what is open; of HDF5, what is in it tells. */
async function isWeightsAlone({ name, source }: FileToOpen): Promise<boolean> {
  if (formatOfName(name) === 'hdf5') {
    const { holdsNetwork } = await import('../../shared/formats/keras-files/open.ts');
    return !(await holdsNetwork(source));
  }
  if (formatOfName(name) === 'torchscript') {
    const { scriptInputs } = await import('../../shared/formats/torchscript/open.ts');
    return (await scriptInputs(source).catch(whereRefused([]))).length === 0;
  }
  return gives(name, 'weights') && !gives(name, 'network');
}

export async function toStart(app: App): Promise<void> {
  if (await mayDiscard(app)) app.getState().close();
}

export async function newDesign(app: App): Promise<void> {
  if (!(await mayDiscard(app))) return;
  const flow = readChoice(app.storage, 'flow');
  app.getState().flow(flow === 'best' ? 'right' : flow);
  app.getState().open(emptyDesign);
}

export async function openZoo(app: App, id: string): Promise<void> {
  const entry = zooEntry(id);
  if (entry && (await mayDiscard(app))) await openArranged(app, entry.build());
}

function isPlaced({ nodes, layout }: Pick<Design, 'nodes' | 'layout'>): boolean {
  return Object.keys(nodes).every((id) => layout[id]);
}

/** Opens a design whose author left out where things stand: they are placed before it is first shown. */
export async function openArranged(
  app: App,
  design: Design,
  file?: DocumentFile,
  weights?: LazyWeights,
  foreign = false,
  weightsFile?: WeightsFile,
): Promise<void> {
  const arranged = await withPlaces(app, design);
  app.getState().flow(directionOf(arranged));
  app.getState().open(arranged, file, weights, foreign, weightsFile);
}

/** A design in which everything stands somewhere. */
export async function withPlaces(app: App, design: Design, progress?: Progress): Promise<Design> {
  const { signal } = progress ?? {};
  if (!isPlaced(design)) progress?.tell('placing');
  const flow = readChoice(app.storage, 'flow');
  const { direction, layout } = isPlaced(design)
    ? { direction: directionOf(design), layout: design.layout }
    : await arrangeToRead(app.arrange, design, flow, signal);
  const blocks = await Promise.all(
    Object.entries(design.blocks).map(async ([name, definition]) => {
      if (isPlaced(definition)) return [name, definition] as const;
      const alone = { ...design, nodes: definition.nodes, wires: definition.wires, layout: {} };
      return [name, { ...definition, layout: await app.arrange(alone, direction, signal) }] as const;
    }),
  );
  return { ...design, layout, blocks: Object.fromEntries(blocks) };
}

/**
 * Gives restored work the weights that it had. A model's own are those of the design as it was opened, and follow what was
 * done to it since; where that is no longer known, and for weights of another file, they are found by their names.
 */
export async function restoreWeights(app: App, file: FileToOpen): Promise<void> {
  const { history } = app.getState();
  const opened =
    gives(file.name, 'network') || gives(file.name, 'program') ? await openAs(app, file, false) : undefined;
  if (gives(file.name, 'program') && !opened?.ok) {
    if (opened) refuse(app, file.name, opened.problems);
    return;
  }
  const followed = opened?.ok && opened.value.weights && weightsAfter(opened.value, history);
  if (followed) app.getState().giveWeights(followed, undefined, weightsFileOf(file));
  else await takeWeights(app, file);
}

/** The weights of a design that was opened, after all that was done to it; undefined where it did not begin as that. */
function weightsAfter({ design, weights }: Opened, history: History): LazyWeights | undefined {
  let at = history;
  while (at.past.length > 0) at = undo(at);
  const ids = Object.keys(design.nodes);
  const same = ids.length === Object.keys(at.design.nodes).length && ids.every((id) => at.design.nodes[id]);
  if (!weights || !same) return undefined;
  let followed = weights;
  for (let left = history.past.length; left > 0; left--) {
    const moves = at.future[0]?.moves;
    const next = redo(at);
    followed = followRenames(moves ? moveWeights(followed, moves) : followed, at.design, next.design);
    at = next;
  }
  return followed;
}

/** Saves something made from the design, which is not the document itself. Why it could not be is told. */
export async function exportFile(app: App, suggestedName: string, bytes: Uint8Array): Promise<void> {
  try {
    const written = await app.host.saveFileAs({ suggestedName, bytes, remember: false });
    if (written) app.getState().say(t('Written to {{name}}', { name: written.name }));
  } catch (error) {
    const title = t('{{name}} could not be saved', { name: suggestedName });
    app.getState().notify({ kind: 'error', title, lines: [saidBy(error)] });
  }
}
