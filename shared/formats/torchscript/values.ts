import type { PickleDict } from '../weights/pickle-values.ts';
import type { LazyWeight } from '../weights/store.ts';
import { Flow } from './builder.ts';

/** A tensor that the archive stores. */
export class Stored {
  readonly name: string;
  readonly weight: LazyWeight;
  /** Whether it is a module's, and not a constant of the code. */
  readonly learned: boolean;

  constructor(name: string, weight: LazyWeight, learned = true) {
    this.name = name;
    this.weight = weight;
    this.learned = learned;
  }
}

/** A module: its class, its name in the outermost one, and its attributes. */
export class ModuleValue {
  readonly path: string;
  /** As the archive names it: `__torch__.torchvision.models.resnet.ResNet`. */
  readonly type: string;
  readonly state: PickleDict;

  constructor(path: string, type: string, state: PickleDict) {
    this.path = path;
    this.type = type;
    this.state = state;
  }
}

/** What the code keeps by name. */
export class Dict {
  readonly entries = new Map<string, Value>();
}

/** A name that is not complete yet: `torch.nn`, `ops.aten`, `__torch__.model`. */
export class Named {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export type Value =
  | number
  | string
  | boolean
  | null
  | readonly Value[]
  | Flow
  | Stored
  | ModuleValue
  | Named
  | Dict;

export const isTensor = (value: Value | undefined): value is Flow | Stored =>
  value instanceof Flow || value instanceof Stored;
