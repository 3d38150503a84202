import { basename } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { importOnnx } from '../shared/formats/onnx/import.ts';
import { MAX_SPEC_BYTES } from '../shared/formats/spec/format.ts';
import { readSpec } from '../shared/formats/spec/read.ts';
import { foldDesign } from '../shared/formats/weights/fold.ts';
import type { LazyWeights } from '../shared/formats/weights/store.ts';
import type { Design } from '../shared/graph/design.ts';
import { zoo, zooEntry } from '../shared/zoo/index.ts';
import { CommandFailure, failWith } from './failure.ts';
import { externalFiles, FileSource } from './file-source.ts';
import { readText } from './files.ts';

/** What FILE means, for every command's help. */
export const fileHelp = 'a spec (.json), a model (.onnx), zoo:NAME, or - for a spec on standard input';

/** A design, with the weights that came with it, still in their file. */
export interface OpenedModel {
  readonly design: Design;
  readonly weights?: LazyWeights;
  /** Lets go of the files that weights lie in. */
  close(): Promise<void>;
}

/** For the help of every command that has it. */
export const foldHelp = 'make blocks of the layers that a residual, inception or other block stands for';

type Opener = (file: string) => Promise<OpenedModel>;

/** How files are opened, by the end of their names; all else is taken for a spec. A format is a line here. */
const openers: Readonly<Record<string, Opener>> = { '.onnx': openOnnx };

/** Opens what FILE stands for. */
export async function openModel(
  file: string,
  { fold = false }: { readonly fold?: boolean } = {},
): Promise<OpenedModel> {
  const model = await openAsIs(file);
  if (!fold) return model;
  const { design, weights } = foldDesign(model.design, model.weights ?? {});
  return { ...model, design, ...(model.weights ? { weights } : {}) };
}

async function openAsIs(file: string): Promise<OpenedModel> {
  if (file.startsWith('zoo:')) return whole(openZoo(file.slice('zoo:'.length)));
  const [, opener] =
    Object.entries(openers).find(([extension]) => file.toLowerCase().endsWith(extension)) ?? [];
  return opener === undefined ? openSpec(file) : opener(file);
}

/** The design alone, for commands that run nothing. */
export async function openDesign(file: string, options: { readonly fold?: boolean } = {}): Promise<Design> {
  const { design, close } = await openModel(file, options);
  await close();
  return design;
}

function whole(design: Design): OpenedModel {
  return { design, close: async () => {} };
}

async function openSpec(file: string): Promise<OpenedModel> {
  const result = readSpec(await readText(file, MAX_SPEC_BYTES));
  if (!result.ok) throw failWith(file === '-' ? 'standard input' : file, result.problems);
  return whole(result.value);
}

async function openOnnx(file: string): Promise<OpenedModel> {
  const source = await FileSource.open(file);
  const opened = [source];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
  };
  const result = await importOnnx(source, {
    name: basename(file).replace(/\.onnx$/i, ''),
    openExternal: externalFiles(file, opened),
  });
  if (result.ok) return { design: result.value.design, weights: result.value.weights, close };
  await close();
  throw failWith(file, result.problems);
}

function openZoo(name: string): Design {
  const entry = zooEntry(name);
  if (entry !== undefined) return entry.build();
  const known = zoo.map(({ id }) => id);
  throw new CommandFailure(
    `zoo:${name}: there is no such network. Did you mean zoo:${closest(name.slice(0, 64), known)}? "netwright zoo" lists all.`,
  );
}
