import { type Dims, formatDims } from '../../base/dims.ts';
import { fail, messages, type Result, succeed } from '../../base/problem.ts';
import type { Design } from '../../graph/design.ts';
import { PickleDict, PickleRecord } from '../weights/pickle-values.ts';
import { type ByteSource, problemOf, Refusal, whereRefused } from '../weights/source.ts';
import type { LazyWeights } from '../weights/store.ts';
import { readScriptArchive, type ScriptArchive } from '../weights/torch.ts';
import { isTensor as isSavedTensor, torchTensor } from '../weights/torch-tensors.ts';
import { Flow, ScriptBuilder } from './builder.ts';
import type { ScriptParameter } from './parse.ts';
import { ScriptRun } from './run.ts';
import { Dict, ModuleValue, Stored, type Value } from './values.ts';

export const say = messages('formats/torchscript/open', {
  'no-script': [
    'The file holds weights without their network.',
    'Open the network first, and load the weights into it; or save both by torch.jit.trace and torch.jit.save.',
  ],
  'input-without-shape': [
    'The input "{{name}}" has no shape: TorchScript does not keep it.',
    'Choose a shape for it, such as {{proposed}}.',
  ],
  'input-no-tensor': [
    'The input "{{name}}" is {{type}}: what the module does hangs on what it sees, as detectors do.',
    'Save the part of it that does the same for every picture, such as its backbone, or save the model as ONNX.',
  ],
  'gives-no-tensor': [
    'The module does not give tensors alone.',
    'Save it with torch.jit.trace, and let it give a tensor or a list of tensors.',
  ],
});

/** A program of TorchScript opened: its weights still lie in the file. */
export interface ScriptImport {
  readonly design: Design;
  readonly weights: LazyWeights;
}

/** How a program of TorchScript is opened. */
export interface ScriptOptions {
  readonly name?: string;
  /** Of a sample, without the batch. */
  readonly shapeFor?: (name: string) => Dims | undefined;
}

/** What networks for pictures take. */
const USUAL = [3, 224, 224];

/**
 * Opens what `torch.jit.save` wrote: modules are blocks of their classes, weights stay in the file. No code is run: it is
 * read, and what it would call is written down.
 */
export async function importTorchScript(
  source: ByteSource,
  options: ScriptOptions = {},
): Promise<Result<ScriptImport>> {
  try {
    const archive = await readScriptArchive(source);
    if (!archive) return fail(say.at({ offset: 0 }, 'no-script'));
    const { root, storages, texts, constants } = archive;
    if (!(root instanceof PickleRecord) || !(root.state instanceof PickleDict))
      return fail(say.at({ offset: 0 }, 'no-script'));
    const build = new ScriptBuilder();
    const module = new ModuleValue('', root.made.name, root.state);
    const run = new ScriptRun(build, (path) => texts.get(path), storages, await constantsOf(constants));
    const flows = inputsOf(run, module).map(({ name, type }) => {
      if (type !== 'Tensor' && type !== '')
        throw new Refusal(say.at({ path: name }, 'input-no-tensor', { name, type: type.slice(0, 100) }));
      const shape = options.shapeFor?.(name);
      if (!shape)
        throw new Refusal(
          say.at({ path: name }, 'input-without-shape', { name, proposed: formatDims(USUAL) }),
        );
      return build.add(
        { operator: 'input', module: '' },
        'input',
        [],
        { shape: [...shape], batched: true },
        {},
        name,
      )[0]!;
    });
    const made = run.call(module, 'forward', flows);
    const outputs = Array.isArray(made) ? made : made instanceof Dict ? [...made.entries.values()] : [made];
    if (outputs.length === 0 || !outputs.every((each): each is Flow => each instanceof Flow))
      return fail(say.at({ offset: 0 }, 'gives-no-tensor'));
    for (const [i, flow] of outputs.entries())
      build.add(
        { operator: 'output', module: '' },
        'output',
        [flow],
        {},
        {},
        outputs.length === 1 ? 'output' : `output_${i + 1}`,
      );
    const own = root.made.name.slice(root.made.name.lastIndexOf('.') + 1);
    return succeed({ design: build.design(options.name ?? own), weights: build.weights });
  } catch (error) {
    return fail(problemOf(error));
  }
}

/** What the code names as CONSTANTS: single numbers as those, since code counts by them. */
function constantsOf({ values, storages }: ScriptArchive['constants']): Promise<readonly Value[]> {
  return Promise.all(
    values.map(async (value, i): Promise<Value> => {
      if (!isSavedTensor(value)) return typeof value === 'number' || typeof value === 'string' ? value : null;
      const weight = torchTensor(`c${i}`, value, storages);
      if (weight.dims.length > 0) return new Stored(`c${i}`, weight, false);
      return (await weight.load()).data[0] ?? null;
    }),
  );
}

/** The inputs of a TorchScript archive, whose shapes it does not keep; nothing where the file is no such archive. */
export async function scriptInputs(
  source: ByteSource,
): Promise<readonly { readonly name: string; readonly proposal: Dims }[]> {
  const archive = await readScriptArchive(source).catch(whereRefused(undefined));
  if (!archive || !(archive.root instanceof PickleRecord) || !(archive.root.state instanceof PickleDict))
    return [];
  const module = new ModuleValue('', archive.root.made.name, archive.root.state);
  const run = new ScriptRun(new ScriptBuilder(), (path) => archive.texts.get(path), archive.storages, []);
  return inputsOf(run, module).map(({ name }) => ({ name, proposal: USUAL }));
}

/** What has to be fed to a module: its parameters that have no value of their own. */
const inputsOf = (run: ScriptRun, module: ModuleValue): readonly ScriptParameter[] =>
  run
    .methodOf(module, 'forward')
    .parameters.slice(1)
    .filter(({ otherwise }) => !otherwise);
