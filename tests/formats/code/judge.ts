import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dims } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { PythonModule } from '../../../shared/formats/pytorch/export.ts';
import type { WeightTensors } from '../../../shared/formats/weights/store.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { DesignSession } from '../../../shared/runtime/session.ts';
import { NetworkBuilder } from '../../../shared/zoo/builder.ts';
import { groupedAtRandom, ownBlocks } from '../../blocks/grouped.ts';
import { networkOf, randomInput, randomWeights } from '../random-network.ts';

/** A design with the weights and inputs that it is run with here and there. */
export interface CodeCase {
  readonly design: Design;
  readonly weights: WeightTensors;
  /** By the ids of the Input nodes, in their order. */
  readonly inputs: Readonly<Record<string, FloatTensor>>;
}

export function codeCase(name: string, design: Design): CodeCase {
  const network = networkOf(design);
  const inputs = network.inputs.map((at) => {
    const { id, outputDims } = network.steps[at]!;
    return [id, randomInput(outputDims[0]!, `${name} ${id}`)] as const;
  });
  return { design, weights: randomWeights(network, name), inputs: Object.fromEntries(inputs) };
}

/** Names of the random designs that are exported. */
export const randomCases = Array.from({ length: 200 }, (_, seed) => `random_${seed}`);

/** Besides those and the zoo: what has gone wrong before, and random designs some of whose layers are grouped into blocks. */
export function otherDesigns(random: (seed: number) => Design): Readonly<Record<string, () => Design>> {
  return {
    several_inputs: severalInputs,
    numbered_blocks: numberedBlocks,
    own_blocks: ownBlocks,
    shared_layers: sharedLayers,
    ...Object.fromEntries(
      randomCases
        .slice(0, 8)
        .map((name, seed) => [`grouped_${name}`, () => groupedAtRandom(random(seed), name)]),
    ),
  };
}

export async function ownOutput({ design, weights, inputs }: CodeCase): Promise<FloatTensor> {
  const session = await DesignSession.create(design, { backend: 'reference', weights });
  return (await session.run(inputs)).output!;
}

/** Inputs that are read late and more than once, which must not lose their variables to what is made of them. */
function severalInputs(): Design {
  const b = new NetworkBuilder();
  b.add('left', 'input', { shape: [3, 8, 8] });
  b.add('right', 'input', { shape: [3, 8, 8] });
  b.conv('conv1', 3, 3, { padding: 1, from: 'left' });
  b.add('relu1', 'relu');
  b.conv('conv2', 3, 3, { padding: 1, from: 'right' });
  b.add('sum', 'add', {}, 'conv1', 'right');
  b.add('both', 'concat', {}, 'relu1', 'conv2', 'sum', 'left');
  b.conv('conv3', 4, 1);
  b.add('output', 'output');
  return b.design('Several inputs', '');
}

/** Two towers of the same layers, and a head that is used twice; the first use of a layer need not be where its weights lie. */
export function sharedLayers(): Design {
  const b = new NetworkBuilder();
  b.add('left', 'input', { shape: [3, 8, 8] });
  b.add('right', 'input', { shape: [3, 8, 8] });
  b.conv('conv1', 4, 3, { padding: 1, from: 'left' });
  b.add('bn1', 'batchNorm');
  b.add('relu1', 'relu');
  b.conv('conv2', 4, 3, { padding: 1, from: 'right' });
  b.add('bn2', 'batchNorm');
  b.add('relu2', 'relu');
  b.add('sum', 'add', {}, 'relu1', 'relu2');
  b.conv('head1', 4, 1, { from: 'sum' });
  b.conv('head2', 4, 1);
  b.add('output', 'output');
  const design = b.design('Shared layers', '');
  const { conv2, bn2, head1 } = design.nodes;
  return {
    ...design,
    nodes: {
      ...design.nodes,
      conv2: { ...conv2!, weights: 'conv1' },
      bn2: { ...bn2!, weights: 'bn1' },
      head1: { ...head1!, weights: 'head2' },
    },
  };
}

/** Numbered blocks, of which equal ones in a row are a stage. */
export function numberedBlocks(): Design {
  const b = new NetworkBuilder();
  b.input(4, 12);
  for (const [i, channels] of [4, 4, 8, 8, 8].entries()) {
    const wider = channels !== [4, 4, 4, 8, 8][i];
    b.add(`residual${i + 1}`, 'residual', {
      channels,
      ...(wider ? { stride: [2, 2], shortcut: 'projection' } : {}),
    });
  }
  b.add('output', 'output');
  return b.design('Numbered blocks', '');
}

export interface Plain {
  readonly dims: Dims;
  readonly data: Float32Array;
}

/** Tensors for Python in one file of float32, each told by its dims and where it starts. */
export class TensorFile {
  readonly #tensors: Float32Array[] = [];
  #at = 0;

  readonly place = ({ data, dims }: Plain): { readonly dims: Dims; readonly at: number } => {
    const here = { dims, at: this.#at };
    this.#tensors.push(data);
    this.#at += data.length;
    return here;
  };

  write(file: string): void {
    const parts = this.#tensors.map((t) => Buffer.from(t.buffer, t.byteOffset, t.byteLength));
    writeFileSync(file, Buffer.concat(parts));
  }
}

/** Writes a module and the weights and inputs that it is run with; as `run_modules.py` reads it. */
export function writeModule(
  folder: string,
  name: string,
  { weights, inputs }: CodeCase,
  { code, className, stateKeys }: PythonModule,
) {
  writeFileSync(join(folder, `${name}.py`), code);
  const file = new TensorFile();
  const state = Object.fromEntries(
    Object.entries(weights).flatMap(([id, own]) =>
      Object.entries(own).map(([weight, tensor]) => [stateKeys.get(`${id}/${weight}`)!, file.place(tensor)]),
    ),
  );
  const fed = Object.values(inputs).map(file.place);
  file.write(join(folder, `${name}.bin`));
  return { name, class: className, state, inputs: fed };
}

export type Verdicts = Readonly<
  Record<string, { readonly dims?: readonly number[]; readonly error?: string }>
>;

/** Has a script of Python run all cases; by their names, what came out. */
export function judge(python: string, script: string, folder: string, cases: readonly object[]): Verdicts {
  writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases));
  execFileSync(python, [script, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Verdicts;
}

export function judgedOutput(folder: string, name: string): Float32Array {
  const bytes = readFileSync(join(folder, `${name}.out`));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}
