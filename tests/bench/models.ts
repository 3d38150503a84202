import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { onnxModel } from '../peers/onnx-model.ts';
import { tfjsModel } from '../peers/tfjs-model.ts';
import { zooNetwork } from './zoo-network.ts';

/** The network as the peers read it: model.onnx, and for tfjs model.json beside weights.bin. */
export async function writeModels(id: string, folder: string): Promise<void> {
  const network = zooNetwork(id);
  const weights = seededWeights(network, 1);
  await writeFile(join(folder, 'model.onnx'), onnxModel(network, weights));
  const tfjs = tfjsModel(network, weights);
  if (!tfjs) throw new Error(`${id} has layers that the tfjs peer is not told.`);
  await writeFile(join(folder, 'model.json'), tfjs.json);
  await writeFile(join(folder, 'weights.bin'), tfjs.weights);
}
