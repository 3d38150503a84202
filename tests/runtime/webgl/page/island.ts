import { inWords } from '../../../../shared/base/messages.ts';
import type { Backend } from '../../../../shared/runtime/backend.ts';
import { referenceBackend } from '../../../../shared/runtime/reference/backend.ts';
import { webglBackend } from '../../../../shared/runtime/webgl/backend.ts';
import { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';
import {
  networkOf,
  randomNumbers,
  randomTensor,
  randomWeights,
  relativeError,
  runReference,
} from '../../networks.ts';

/**
 * A network whose middle is wider than the device's textures: what ran where, how often values were moved between host and
 * device, and whether it is right.
 */
export async function runIsland(): Promise<{
  readonly prepared: readonly string[];
  readonly hosted: readonly string[];
  readonly notices: readonly string[];
  readonly algorithms: readonly string[];
  readonly moves: number;
  readonly error: number;
}> {
  const network = networkOf([
    { id: 'x', kind: 'input', params: { shape: [4, 16, 16], batched: true } },
    { id: 'before', kind: 'conv2d', params: { channels: 8, padding: 'same' }, from: ['x'] },
    { id: 'wide', kind: 'resize', params: { scales: [40, 40] }, from: ['before'] },
    { id: 'bent', kind: 'relu', from: ['wide'] },
    { id: 'small', kind: 'globalAvgPool', from: ['bent'] },
    { id: 'flat', kind: 'flatten', from: ['small'] },
    { id: 'after', kind: 'linear', params: { features: 5 }, from: ['flat'] },
    { id: 'y', kind: 'output', from: ['after'] },
  ]);
  const next = randomNumbers(3);
  const store = randomWeights(network, next);
  const feeds = { x: randomTensor([1, 4, 16, 16], next) };
  const device = WebglDevice.create({ maxTextureSize: 128 });
  const prepared: string[] = [];
  const host: Backend = {
    name: 'host',
    async prepare(part, weights) {
      const layers = part.steps.filter(({ kind }) => kind !== 'input' && kind !== 'output');
      prepared.push(layers.map(({ id }) => id).join(' '));
      return referenceBackend.prepare(part, weights);
    },
  };
  const executable = await webglBackend({ device, host }).prepare(network, store);
  let moves = 0;
  const read = device.read.bind(device);
  device.read = (texture) => {
    moves++;
    return read(texture);
  };
  const upload = device.upload.bind(device);
  device.upload = (texture, texels) => {
    moves++;
    upload(texture, texels);
  };
  const { outputs, profile } = await executable.run(feeds, { profile: true });
  const { notices, hosted } = executable;
  const right = runReference(network, store, feeds);
  await executable.release();
  device.dispose();
  return {
    prepared,
    hosted: [...hosted.keys()],
    notices: notices.map((notice) => inWords(notice)),
    algorithms: profile!.map(({ algorithm }) => algorithm),
    moves,
    error: relativeError(outputs.y!, right.get('after')!),
  };
}
