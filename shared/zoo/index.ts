import { alexnet, alexnetLecture, alexnetOriginal, zfnet, zfnet512 } from './alexnet.ts';
import type { ZooEntry } from './define.ts';
import { googlenet, googlenetPaper } from './googlenet.ts';
import { resnets } from './resnet.ts';
import { lenet, mobilenetV2, squeezenet } from './small.ts';
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
  squeezenet,
  mobilenetV2,
];

export function zooEntry(id: string): ZooEntry | undefined {
  return zoo.find((entry) => entry.id === id);
}
