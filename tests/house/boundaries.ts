import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Who may import whom. A room is a folder with all beneath it, or one file, that is not itself in a smaller room; its
 * files may import each other and what stands in the rooms named. Every source lies in a room; what no room names, no
 * room may import. Packages are the linter's: see biome.json.
 */
const engine = ['base', 'schema', 'layers', 'blocks', 'graph', 'analysis', 'lint'] as const;

/** Everything below a floor of the engine, base first. */
const below = (floor: (typeof engine)[number]): readonly string[] =>
  engine.slice(0, engine.indexOf(floor)).map((name) => `shared/${name}`);

const paper = below('lint');
const allOfEngine = [...paper, 'shared/budget', 'shared/lint'];
/** What every backend stands on: what a backend is, how it fails and when it pauses. */
const backendBase = ['backend.ts', 'run-error.ts', 'turn.ts'].map((name) => `shared/runtime/${name}`);
const backends = ['reference', 'cpu', 'cpu/worker', 'webgl', 'webgpu'].map(
  (name) => `shared/runtime/${name}`,
);
const runtime = [
  ...backendBase,
  'shared/runtime',
  'shared/runtime/protocol.ts',
  'shared/runtime/plan',
  'shared/runtime/parts',
  'shared/runtime/reference',
  'shared/runtime/maps',
  'shared/runtime/time',
];
const formats = [
  'spec',
  'code',
  'tables',
  'pictures',
  'exports',
  'reports',
  'config',
  'measurements',
  'weights',
  'pytorch',
  'keras',
  'keras-files',
  'torchscript',
  'onnx',
  'checkpoints',
  'class-names.ts',
  'foreign.ts',
  'models.ts',
  'config-file.ts',
].map((name) => `shared/formats/${name}`);
const whole = [
  ...allOfEngine,
  'shared/zoo',
  'shared/layout',
  'shared/steer',
  'shared/exercise',
  ...formats,
  ...runtime,
  ...backends,
];

const format = (...others: readonly string[]): readonly string[] => [
  ...paper,
  ...others.map((name) => `shared/formats/${name}`),
];

/** What everything in the app that knows the engine stands on. */
const ground = [
  ...whole,
  'shared/host',
  'shared/languages',
  'assets',
  ...['parts', 'i18n', 'host', 'workers'].map((name) => `renderer/${name}`),
];
/** What a feature is made of. */
const furnished = [
  ...ground,
  ...['state', 'commands', 'fields', 'layout', 'documents', 'cards'].map((name) => `renderer/${name}`),
];
const features = readdirSync(join(import.meta.dirname, '../../renderer/features')).map(
  (name) => `renderer/features/${name}`,
);

export const rooms: Readonly<Record<string, readonly string[]>> = {
  // The engine, bottom to top.
  'shared/platform.d.ts': [],
  'shared/base': [],
  // What forms of files there are, the host knows from where all others do.
  'shared/host': ['shared/formats/models.ts', 'shared/formats/config-file.ts', 'shared/languages/names.ts'],
  'shared/schema': below('schema'),
  'shared/layers': below('layers'),
  'shared/blocks': below('blocks'),
  'shared/graph': below('graph'),
  'shared/analysis': below('analysis'),
  // What a budget bounds; of the engine's arena, by its plan.
  'shared/budget': [...paper, 'shared/runtime/plan'],
  'shared/lint': [...below('lint'), 'shared/budget'],
  'shared/zoo': below('analysis'),
  'shared/layout': paper,
  // Laws of families build their members; limits are written as in a spec.
  'shared/steer': [...allOfEngine, 'shared/zoo', 'shared/formats/spec'],
  // Formats: what files hold (weights), what text says (code, tables), then those that are made of them.
  'shared/formats/models.ts': [],
  'shared/formats/foreign.ts': ['shared/base', 'shared/formats/models.ts'],
  'shared/formats/class-names.ts': paper,
  'shared/formats/spec': format(),
  'shared/formats/weights': format(),
  // Designs while files of other programs are read.
  'shared/formats/assembly': format('weights'),
  'shared/formats/code': format(),
  'shared/formats/tables': format(),
  'shared/formats/reports': format(),
  'shared/formats/config': [...format('spec'), 'shared/lint'],
  'shared/formats/config-file.ts': [],
  // Times that other tools measured.
  'shared/formats/measurements': format(),
  'shared/formats/pytorch': format('code'),
  'shared/formats/keras': format('code'),
  'shared/formats/pictures': [...format('tables'), 'shared/layout'],
  'shared/formats/exports': [...format('tables', 'pictures'), 'shared/layout'],
  'shared/formats/onnx': format('spec', 'weights', 'assembly'),
  // Whole models as Keras saves them.
  'shared/formats/keras-files': format('weights', 'assembly'),
  'shared/formats/torchscript': format('weights', 'assembly'),
  // Weights of other makers, found by the names that their writers use.
  'shared/formats/checkpoints': format('models.ts', 'weights', 'pytorch', 'onnx'),
  // Tasks on designs, and what judges them.
  'shared/exercise': [...allOfEngine, 'shared/zoo', 'shared/formats/spec', 'shared/languages/names.ts'],
  // Backends: each stands on the plan, none on another but the reference, which judges them.
  'shared/runtime/run-error.ts': paper,
  'shared/runtime/turn.ts': ['shared/runtime/run-error.ts'],
  'shared/runtime/backend.ts': paper,
  'shared/runtime/plan': paper,
  'shared/runtime/parts': [...paper, ...backendBase, 'shared/runtime/plan', 'shared/runtime/reference'],
  'shared/runtime/reference': [...paper, ...backendBase],
  'shared/runtime/cpu': [
    ...paper,
    ...backendBase,
    'shared/runtime/plan',
    'shared/runtime/parts',
    'shared/runtime/reference',
  ],
  // Reports of trials, which the command and the desktop host read, too.
  'shared/runtime/cpu/wide-vectors.ts': ['shared/runtime/cpu'],
  'shared/runtime/cpu/worker': [
    ...paper,
    ...backendBase,
    'shared/runtime/plan',
    'shared/runtime/cpu',
    'shared/runtime/cpu/wide-vectors.ts',
  ],
  // How long plans take. Networks to measure are built as those of the zoo.
  'shared/runtime/time': [
    ...paper,
    ...backendBase,
    'shared/runtime/plan',
    'shared/runtime/parts',
    'shared/zoo',
  ],
  'shared/runtime/webgl': [
    ...paper,
    ...backendBase,
    'shared/runtime/plan',
    'shared/runtime/parts',
    'shared/runtime/reference',
  ],
  'shared/runtime/webgpu': [...paper, ...backendBase, 'shared/runtime/plan', 'shared/runtime/parts'],
  'shared/runtime': [...paper, ...backendBase, 'shared/runtime/reference'],
  'shared/runtime/maps': [...paper, ...backendBase, 'shared/runtime'],
  'shared/runtime/protocol.ts': [...paper, ...backendBase, 'shared/runtime', 'shared/runtime/maps'],
  // What the engine shows in other languages: by the keys, and by the English of the definitions.
  'shared/languages': [...allOfEngine, 'shared/messages.ts', 'shared/languages/names.ts'],
  // Which there are, everybody may know.
  'shared/languages/names.ts': [],
  // The library's own face.
  'shared/models': [...paper, ...formats, ...runtime],
  'shared/index.ts': [...whole, 'shared/models'],
  // Keys of all that is said, for those who translate it: types alone.
  'shared/messages.ts': [...whole, 'shared/models'],

  // The command and the desktop host.
  // Files as the system has them: Node alone, shared by the two that write some.
  'shared/disk': ['shared/formats/config-file.ts'],
  // What processes of their own found about V8, in a file.
  'shared/disk/wide-vectors.ts': ['shared/disk', 'shared/runtime/cpu/wide-vectors.ts'],
  cli: [
    ...whole,
    'shared/disk',
    'shared/disk/wide-vectors.ts',
    'shared/runtime/cpu/wide-vectors.ts',
    'shared/models',
    'shared/index.ts',
    'shared/languages',
    'shared/languages/names.ts',
    'assets',
    'package.json',
  ],
  electron: [
    'shared/host',
    'shared/disk',
    'shared/disk/wide-vectors.ts',
    'shared/runtime/cpu/wide-vectors.ts',
    'shared/languages/names.ts',
  ],

  // The app, bottom to top.
  'renderer/parts': ['renderer/i18n'],
  'renderer/i18n': ['shared/base', 'shared/lint', 'shared/languages', 'shared/languages/names.ts'],
  // How a page and a worker ask each other.
  'renderer/talk': ['shared/base', 'shared/formats/weights'],
  'renderer/host': ['shared/host', 'renderer/talk'],
  'renderer/workers': [...whole, 'renderer/host', 'renderer/talk'],
  'renderer/state': ground,
  'renderer/commands': [...ground, 'renderer/state'],
  'renderer/fields': [...ground, 'renderer/state'],
  'renderer/layout': [...ground, 'renderer/state'],
  // What is opened without places is laid out on the way.
  'renderer/documents': [...ground, 'renderer/state', 'renderer/layout'],
  'renderer/cards': [...ground, 'renderer/state', 'renderer/commands', 'renderer/fields', 'renderer/layout'],
  // A feature never knows another.
  ...Object.fromEntries(features.map((name) => [name, furnished])),
  // One list names them all: a feature goes with its folder and its line.
  'renderer/shell/features.ts': ['renderer/commands', ...features],
  'renderer/shell': furnished,
  'renderer/styles': [],
  // What shows the app's parts without being the app.
  'renderer/gallery': [...furnished, 'renderer/shell', 'renderer/shell/features.ts', 'renderer/styles'],
  'renderer/main.tsx': [
    ...furnished,
    'renderer/shell',
    'renderer/shell/features.ts',
    'renderer/styles',
    'package.json',
  ],
  'renderer/vite.config.ts': ['shared/host'],

  // What builds, launches and documents. The kernels' sizes and what a host must say are told to it by the engine.
  build: [...whole, 'shared/languages', 'shared/host', 'cli'],
  assets: [],
  'package.json': [],
};
