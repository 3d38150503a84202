/** What a pickle describes. Nothing of it is ever called or run: what is no plain value is told by its name. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleValue[]
  | PickleDict
  | PickleClass
  | PickleRecord
  | PickleReference;

/** A dict of any kind, in its order. */
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

/** A class or a function, by its name alone: `torch._utils._rebuild_tensor_v2`. */
export class PickleClass {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a class or function would have made of its arguments, had it been called. */
export class PickleRecord {
  readonly made: PickleClass;
  readonly args: readonly PickleValue[];
  /** What it would have been set to afterwards. */
  state: PickleValue = null;

  constructor(made: PickleClass, args: readonly PickleValue[]) {
    this.made = made;
    this.args = args;
  }
}

/** What lies outside of the pickle, as the program that wrote it names it. */
export class PickleReference {
  readonly id: PickleValue;

  constructor(id: PickleValue) {
    this.id = id;
  }
}
