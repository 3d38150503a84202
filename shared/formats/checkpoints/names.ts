import type { FlatNetwork } from '../../analysis/flatten.ts';
import type { Design } from '../../graph/design.ts';
import { exportPyTorch } from '../pytorch/export.ts';

/** A weight of a network: `layer1.0/conv1` and `weight`. */
export interface WeightPlace {
  readonly node: string;
  readonly weight: string;
}

export const placeKey = ({ node, weight }: WeightPlace): string => `${node}/${weight}`;

/** How the tensors of a file may be called: the name of each weight of the network. */
export interface Naming {
  readonly id: 'names' | 'pytorch' | 'torchvision' | 'sequential';
  nameOf(place: WeightPlace): string | undefined;
}

/** Every naming that is tried, in this order; the one under which most tensors fit is taken. */
export function namingsOf(design: Design, network: FlatNetwork): readonly Naming[] {
  const exported = exportPyTorch(design);
  const keys = exported.ok ? exported.value.stateKeys : undefined;
  const positions = sequentialPositions(network);
  return [
    { id: 'names', nameOf: ({ node, weight }) => `${node}.${weight}`.replaceAll('/', '.') },
    ...(keys ? [{ id: 'pytorch' as const, nameOf: (place: WeightPlace) => keys.get(placeKey(place)) }] : []),
    { id: 'torchvision', nameOf: torchvisionName },
    {
      id: 'sequential',
      nameOf: ({ node, weight }) => {
        const position = positions.get(node);
        return position === undefined ? undefined : `${position}.${weight}`;
      },
    },
  ];
}

/**
 * ResNet's: what our stem holds as one block, `conv1`, stands there as `conv1` and `bn1`. Blocks and their layers are
 * called alike. GoogLeNet's names need no rule: its blocks are classes with `conv` and `bn`, as ours.
 */
function torchvisionName({ node, weight }: WeightPlace): string {
  const stem = /^conv(\d*)\/(conv|bn)$/.exec(node);
  return stem ? `${stem[2]}${stem[1]}.${weight}` : `${node}.${weight}`.replaceAll('/', '.');
}

/**
 * AlexNet's and VGG's: two nn.Sequential, `features` up to what flattens the maps and `classifier` after it, whose layers
 * are numbered. Only a network that is a plain chain has such names.
 */
function sequentialPositions({ steps }: FlatNetwork): ReadonlyMap<string, string> {
  const positions = new Map<string, string>();
  let [part, position] = ['features', 0];
  for (const [i, { id, kind, inputs, inputDims, outputDims }] of steps.entries()) {
    if (kind === 'input' || kind === 'output') continue;
    if (inputs.length !== 1 || inputs[0]!.step !== i - 1) return new Map();
    // Where maps become vectors, the classifier begins.
    const toVector = inputDims[0]!.length > 2 && outputDims[0]!.length === 2;
    if (toVector) [part, position] = ['classifier', 0];
    else positions.set(id, `${part}.${position++}`);
  }
  return positions;
}
