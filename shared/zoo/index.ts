import { alexnet, alexnetLecture, alexnetOriginal, zfnet, zfnet512 } from './alexnet.ts';
import { convnexts } from './convnext.ts';
import type { ZooEntry } from './define.ts';
import { densenets } from './densenet.ts';
import { efficientnets } from './efficientnet.ts';
import { googlenet, googlenetPaper } from './googlenet.ts';
import { inceptionV3 } from './inception-v3.ts';
import { lenet } from './lenet.ts';
import { mnasnets, mobilenetV1, mobilenetV2, mobilenetV3s, shufflenets } from './mobile.ts';
import { regnets } from './regnet.ts';
import { resnets, resnexts, wideResnets } from './resnet.ts';
import { squeezenets } from './squeezenet.ts';
import { vggs } from './vgg.ts';

export type { ZooEntry } from './define.ts';

/** Published networks, by year. */
export const zoo: readonly ZooEntry[] = [
  lenet,
  alexnet,
  alexnetLecture,
  alexnetOriginal,
  zfnet,
  zfnet512,
  ...vggs,
  googlenet,
  googlenetPaper,
  ...resnets,
  inceptionV3,
  ...squeezenets,
  ...resnexts,
  ...wideResnets,
  ...densenets,
  mobilenetV1,
  mobilenetV2,
  ...mnasnets,
  ...shufflenets,
  ...mobilenetV3s,
  ...efficientnets,
  ...regnets,
  ...convnexts,
];

export function zooEntry(id: string): ZooEntry | undefined {
  return zoo.find((entry) => entry.id === id || entry.aliases?.includes(id));
}
