/** What a form of files can give: networks to open, weights to load, or programs, which give networks when they are run. */
export type Readable = 'network' | 'weights' | 'program';

/** A form in which networks and their weights come from and go to other programs. */
export interface ModelFormat {
  readonly title: string;
  /** How its files' names end; the first is what is written. */
  readonly endings: readonly [`.${string}`, ...`.${string}`[]];
  readonly reads: readonly Readable[];
  readonly writes: boolean;
  /** Whether what is written holds weights: those of the model, or seeded ones. */
  readonly needsWeights: boolean;
  /** Whether a file is in memory as a whole, as its library wants it, for as long as anything may be read of it. */
  readonly heldWhole?: boolean;
}

/**
 * Every form, once: command, app, menus, file dialogs, what is read in pieces, and the pages are derived from here. It
 * stands on nothing, so that hosts may know it too.
 */
export const modelFormats = {
  spec: {
    title: 'Netwright spec',
    endings: ['.netwright.json', '.json'],
    reads: ['network'],
    writes: true,
    needsWeights: false,
  },
  onnx: {
    title: 'ONNX',
    endings: ['.onnx'],
    reads: ['network', 'weights'],
    writes: true,
    needsWeights: true,
  },
  pytorch: {
    title: 'PyTorch module',
    endings: ['.py'],
    reads: ['program'],
    writes: true,
    needsWeights: false,
  },
  keras: { title: 'Keras 3 model', endings: ['.keras.py'], reads: [], writes: true, needsWeights: false },
  safetensors: {
    title: 'weights, named as the PyTorch module names them',
    endings: ['.safetensors'],
    reads: ['weights'],
    writes: true,
    needsWeights: true,
  },
  checkpoint: {
    title: 'PyTorch checkpoint',
    endings: ['.pth', '.bin', '.ckpt'],
    reads: ['weights'],
    writes: false,
    needsWeights: false,
  },
  torchscript: {
    title: 'TorchScript module, or a PyTorch checkpoint',
    endings: ['.pt'],
    reads: ['network', 'weights'],
    writes: false,
    needsWeights: false,
  },
  kerasArchive: {
    title: 'Keras model with its weights',
    endings: ['.keras'],
    reads: ['network', 'weights'],
    writes: false,
    needsWeights: false,
    heldWhole: true,
  },
  hdf5: {
    title: 'Keras model, or weights of one, in HDF5',
    endings: ['.h5', '.weights.h5', '.hdf5'],
    reads: ['network', 'weights'],
    writes: false,
    needsWeights: false,
    heldWhole: true,
  },
  npz: { title: 'NumPy archive', endings: ['.npz'], reads: ['weights'], writes: false, needsWeights: false },
} as const satisfies Readonly<Record<string, ModelFormat>>;

type All = typeof modelFormats;
export type ModelFormatId = keyof All;
/** Those that give networks, give weights, or are written: whoever does so has a table that the compiler checks for gaps. */
export type NetworkFormatId = Giving<'network'>;
export type WeightFormatId = Giving<'weights'>;
export type WrittenFormatId = {
  [K in ModelFormatId]: All[K]['writes'] extends true ? K : never;
}[ModelFormatId];
type Giving<R extends Readable> = {
  [K in ModelFormatId]: R extends All[K]['reads'][number] ? K : never;
}[ModelFormatId];

const entries = Object.entries(modelFormats) as readonly (readonly [ModelFormatId, ModelFormat])[];

/** The form that a file's name says; the longest ending that fits counts. */
export function formatOfName(name: string): ModelFormatId | undefined {
  const low = name.toLowerCase();
  const fitting = entries.flatMap(([id, { endings }]) =>
    endings.filter((ending) => low.endsWith(ending)).map((ending) => ({ id, ending })),
  );
  return fitting.sort((a, b) => b.ending.length - a.ending.length)[0]?.id;
}

/** A file's name without the ending that says its form. */
export function stemOfName(name: string): string {
  const format = formatOfName(name);
  const endings: readonly string[] = format ? modelFormats[format].endings : [];
  const ending = endings.find((each) => name.toLowerCase().endsWith(each)) ?? '';
  return name.slice(0, name.length - ending.length);
}

/** Endings of the files that give networks, weights or programs. */
export function endingsOf(what: Readable): readonly string[] {
  return entries.flatMap(([, { reads, endings }]) => (reads.includes(what) ? endings : []));
}

/** Whether a file of this name is in memory as a whole while it is read. */
export function isHeldWhole(name: string): boolean {
  const format = formatOfName(name);
  const form: ModelFormat | undefined = format && modelFormats[format];
  return form?.heldWhole === true;
}

/** Whether a file of this name gives networks, weights or a program. */
export function gives(name: string, what: Readable): boolean {
  const format = formatOfName(name);
  const reads: readonly Readable[] = format ? modelFormats[format].reads : [];
  return reads.includes(what);
}
