import type { Rule } from './naming.ts';

/** Where the first module of each kind stands among timm's `features`, and how many branches of it are rows of modules. */
const inceptionPlaces: Readonly<Record<string, number>> = {
  inceptionA: 6,
  reductionA: 10,
  inceptionB: 11,
  reductionB: 18,
  inceptionC: 19,
};

function inceptionBranch(module: string, branch: string, side: string | undefined, nth: string): string {
  // What divides at its end has no row, but numbers.
  if (side !== undefined) return `branch${branch}_${branch === '1' ? 1 : 3}${side}`;
  // A pool comes first.
  if (branch === '3') return 'branch3.1';
  if (branch === '0' && module !== 'reductionB') return 'branch0';
  return module === 'inceptionC' ? `branch${branch}_${nth}` : `branch${branch}.${nth}`;
}

/** Which of timm's blocks one of Keras' is, whose middle is one block that repeats. */
function xceptionBlock(block: string, nth: string | undefined): number {
  if (block === '5') return 4 + Number(nth ?? 0);
  return block === '13' ? 12 : Number(block) - 1;
}

/** A stage's first block stands apart where the others repeat. */
function senetBlock(stage: string | undefined, others: string | undefined, nth: string | undefined): string {
  return `${stage}.${Number(nth) + (others === undefined ? 0 : 1)}`;
}

/**
 * Networks that timm has as they were first published for PyTorch. Source: timm/models/inception_v4.py, xception.py,
 * senet.py.
 */
export const elderRules: readonly Rule[] = [
  // Inception-v4.
  [/^conv([123])\.(conv|bn)\.(\w+)$/, (nth, part, weight) => `features.${Number(nth) - 1}.${part}.${weight}`],
  [
    /^conv([45])\.(conv|bn)\.(\w+)$/,
    (nth, part, weight) => `features.${nth === '4' ? 3 : 5}.conv.${part}.${weight}`,
  ],
  [
    /^mixed4([ab])_(\d)\.(conv|bn)\.(\w+)$/,
    (branch, nth, part, weight) => `features.4.branch${branch === 'a' ? 0 : 1}.${nth}.${part}.${weight}`,
  ],
  [
    /^(inception[ABC]|reduction[AB])(?:\.(\d))?\.branch(\d)([ab])?_(\d)\.(conv|bn)\.(\w+)$/,
    (module, copy, branch, side, nth, part, weight) =>
      `features.${inceptionPlaces[module!]! + Number(copy ?? 0)}.${inceptionBranch(module!, branch!, side, nth!)}.${part}.${weight}`,
  ],
  // Xception.
  [/^block1_(conv|bn)([12])\.(\w+)$/, (part, nth, weight) => `${part}${nth}.${weight}`],
  [
    /^block(\d+)(?:\.(\d))?\.sepconv(\d)(\.depthwise|\.pointwise|_bn)\.(\w+)$/,
    (block, copy, nth, part, weight) => {
      const place = xceptionBlock(block!, copy);
      // An activation comes before each convolution but the first of all.
      const at = (place === 1 ? 0 : 1) + 3 * (Number(nth) - 1) + (part === '_bn' ? 1 : 0);
      return `block${place}.rep.${at}${{ '.depthwise': '.conv1', '.pointwise': '.pointwise' }[part!] ?? ''}.${weight}`;
    },
  ],
  [
    /^block(\d+)\.shortcut(_bn)?\.(\w+)$/,
    (block, norm, weight) => `block${xceptionBlock(block!, undefined)}.skip${norm ? 'bn' : ''}.${weight}`,
  ],
  [
    /^block14_sepconv([12])(\.depthwise|\.pointwise|_bn)\.(\w+)$/,
    (nth, part, weight) => {
      const at = Number(nth) + 2;
      return part === '_bn'
        ? `bn${at}.${weight}`
        : `conv${at}.${part === '.depthwise' ? 'conv1' : 'pointwise'}.${weight}`;
    },
  ],
  [/^predictions\.(\w+)$/, (weight) => `fc.${weight}`],
  // SENets.
  [/^(conv[123]|bn[123])\.(\w+)$/, (part, weight) => `layer0.${part}.${weight}`],
  [
    /^(layer\d)\.(others\.)?(\d+)\.unit([12])\.(conv|bn)\.(\w+)$/,
    (stage, others, nth, unit, part, weight) => `${senetBlock(stage, others, nth)}.${part}${unit}.${weight}`,
  ],
  [
    /^(layer\d)\.(others\.)(\d+)\.(conv3|bn3)\.(\w+)$/,
    (stage, others, nth, part, weight) => `${senetBlock(stage, others, nth)}.${part}.${weight}`,
  ],
  [
    /^(layer\d)\.(others\.)?(\d+)\.se\.(fc[12])\.(\w+)$/,
    (stage, others, nth, part, weight) => `${senetBlock(stage, others, nth)}.se_module.${part}.${weight}`,
  ],
  [/^fc\.(\w+)$/, (weight) => `last_linear.${weight}`],
];
