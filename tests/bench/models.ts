import { spawnSync } from 'node:child_process';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { onnxModel } from '../peers/onnx-model.ts';
import { pythonWith } from '../peers/python.ts';
import { tfjsModel } from '../peers/tfjs-model.ts';
import { zooNetwork } from './zoo-network.ts';

/** A network ready for the peers: model.onnx in the folder, and for tfjs model.json beside weights.bin. */
export interface Models {
  /** What our engine opens: a network of the zoo, or a file. */
  readonly own: string;
  readonly dims: readonly number[];
  readonly isForTfjs: boolean;
}

/** A network of the zoo; `torchvision:NAME` is torchvision's, as PyTorch exports it with seeded weights. */
export async function writeModels(id: string, folder: string): Promise<Models> {
  const [, exported] = id.split('torchvision:');
  if (exported !== undefined) return exportModel(exported, folder);
  const network = zooNetwork(id);
  const weights = seededWeights(network, 1);
  await writeFile(join(folder, 'model.onnx'), onnxModel(network, weights));
  const tfjs = tfjsModel(network, weights);
  if (!tfjs) throw new Error(`${id} has layers that the tfjs peer is not told.`);
  await writeFile(join(folder, 'model.json'), tfjs.json);
  await writeFile(join(folder, 'weights.bin'), tfjs.weights);
  return { own: id, dims: network.steps[network.inputs[0]!]!.outputDims[0]!, isForTfjs: true };
}

/** Heights and widths of pictures, where they are not 224. */
const sizes: Readonly<Record<string, number>> = { inception_v3: 299 };

async function exportModel(name: string, folder: string): Promise<Models> {
  const python = pythonWith('torchvision', 'onnx');
  if (python === undefined) throw new Error('There is no Python with torchvision and onnx to export with.');
  const size = sizes[name] ?? 224;
  const script = join(process.cwd(), 'tests/conformance/torchvision_export.py');
  const { status, stderr } = spawnSync(python, [script, folder, `${name}:${size}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  const own = join(folder, 'model.onnx');
  await rename(join(folder, `${name}.onnx`), own);
  return { own, dims: [1, 3, size, size], isForTfjs: false };
}
