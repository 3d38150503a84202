import { alexnet, alexnetLecture, alexnetOriginal, zfnet, zfnet512 } from './alexnet.ts';
import { cifarResnets, cifarVggs, networkInNetwork } from './cifar.ts';
import { convnexts } from './convnext.ts';
import { darknet53, yoloV1 } from './darknet.ts';
import { dcgan } from './dcgan.ts';
import type { ZooEntry } from './define.ts';
import { densenets } from './densenet.ts';
import { efficientnets } from './efficientnet.ts';
import { googlenet, googlenetPaper } from './googlenet.ts';
import type { ZooId } from './ids.ts';
import { inceptionV3 } from './inception-v3.ts';
import { inceptionResnetV2, inceptionV4 } from './inception-v4.ts';
import { lenet } from './lenet.ts';
import { m5 } from './m5.ts';
import { mnasnets, mobilenetV1, mobilenetV2, mobilenetV3s, shufflenets } from './mobile.ts';
import { regnets } from './regnet.ts';
import { plains, resnets, resnetsV2, resnexts, senets, wideResnets } from './resnet.ts';
import { segmenting } from './segmentation.ts';
import { squeezenets } from './squeezenet.ts';
import { ssd300 } from './ssd.ts';
import { tinyAnomaly, tinyKeywords, tinyPerson, tinyResnet8 } from './tiny.ts';
import { vggs } from './vgg.ts';
import { xception } from './xception.ts';

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
  ...plains,
  ...resnets,
  ...resnetsV2,
  ...senets,
  inceptionV3,
  inceptionV4,
  inceptionResnetV2,
  xception,
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
  ...segmenting,
  yoloV1,
  ssd300,
  darknet53,
  dcgan,
  networkInNetwork,
  ...cifarVggs,
  ...cifarResnets,
  m5,
  tinyResnet8,
  tinyKeywords,
  tinyPerson,
  tinyAnomaly,
];

/** A network by its id or a former name; one that the compiler knows of is always there. */
export function zooEntry(id: ZooId): ZooEntry;
export function zooEntry(id: string): ZooEntry | undefined;
export function zooEntry(id: string): ZooEntry | undefined {
  return zoo.find((entry) => entry.id === id || entry.aliases?.includes(id));
}
