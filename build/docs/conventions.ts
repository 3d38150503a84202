import { type Convention, conventionInfo, conventions } from '../../shared/analysis/conventions.ts';
import {
  type MemoryConvention,
  memoryConventionNames,
  memoryConventions,
} from '../../shared/analysis/memory.ts';
import { type CountingToolName, countingToolNames, countingTools } from '../../shared/analysis/tools.ts';

/** What a page of a way to count says beside what the definition says itself. */
export interface ConventionPage {
  /** Its file's name. */
  readonly id: string;
  readonly group: 'Operations' | 'Peak memory' | 'As other tools count';
  readonly title: string;
  readonly doc: string;
  /** How it is asked for. */
  readonly use: string;
  /** One network worked out by hand; tests hold the figures to the analysis. */
  readonly arithmetic: string;
  readonly source: string;
}

interface ByHand {
  readonly arithmetic: string;
  readonly source: string;
}

const operations: Readonly<Record<Convention, ByHand>> = {
  mac: {
    arithmetic:
      "AlexNet's first convolution as the lecture has it: 64 filters of 3·11·11 over a map of 56×56 are 64·56²·3·11² = 72,855,552.",
    source:
      "torchvision's tables of weights (`_ops`), He et al. 2015 and most papers since; devices multiply and add in one instruction",
  },
  flops2: {
    arithmetic:
      "Twice the multiply-adds: AlexNet's first convolution takes 2·72,855,552 = 145,711,104, the additions that a sum of 363 products would not need among them.",
    source: 'Williams, Waterman and Patterson 2009, and what makers of processors call FLOPs',
  },
  'all-ops': {
    arithmetic:
      'The same convolution with its bias and the ReLU behind it: 72,855,552 + 200,704 + 200,704 = 73,256,960, since its output has 64·56² = 200,704 elements.',
    source: 'The definitions of the layers: each says on its page what it counts beside multiply-adds',
  },
};

const peaks: Readonly<Record<MemoryConvention, ByHand>> = {
  plain: {
    arithmetic:
      'ResNet-50 in float32: at the end of a block of the first stage the shortcut, the branch and their sum are alive, 3·256·56²·4 = 9,633,792 bytes.',
    source: 'How frameworks run a network layer by layer without a memory plan',
  },
  inPlace: {
    arithmetic:
      'ResNet-50 in float32: the sum is written over the branch, so that the peak is where a last convolution reads 64·56² and writes 256·56² beside a shortcut of 256·56²: (64 + 256 + 256)·56²·4 = 7,225,344 bytes.',
    source: 'Lin et al. 2020 (MCUNet); `inplace=True` of PyTorch',
  },
  depthwiseInPlace: {
    arithmetic:
      'MobileNetV2 in float32: the first wide depthwise convolution no longer holds what it reads and what it writes, and so the expansion before it is the peak: (16 + 96)·112²·4 = 5,619,712 bytes, in int8 a fourth of that, 1,404,928. With only activations in place it is (96·112² + 96·56²)·4 = 6,021,120.',
    source: 'Lin et al. 2020 (MCUNet), section 3.2',
  },
  concatFree: {
    arithmetic:
      'SqueezeNet 1.0 in float32: a concatenation of 256 channels on 54×54 that copies holds its parts and the whole, 2·256·54²·4 = 5,971,968 bytes. Written in place it holds 256·54²·4, and the first pooling is the peak: (96·109² + 96·54²)·4 = 5,682,048.',
    source: 'Pleiss et al. 2017 (memory-efficient DenseNets), shared storage of concatenated features',
  },
  greedyArena: {
    arithmetic:
      "ResNet-50 in float32: norms and activations are folded into the convolution before them, but a sum is a tensor of its own, so that three maps of 256×56×56 lie side by side: 3·256·56²·4 = 9,633,792 bytes. VGG-16's two largest maps: 2·64·224²·4 = 25,690,112. Each tensor begins at a multiple of 16 bytes.",
    source: "TensorFlow Lite Micro, `greedy_memory_planner.cc`; boards' figures in Lin et al. 2020",
  },
  engineArena: {
    arithmetic:
      "An image of 8×64×64 that is pooled 2×2: first there are the caller's numbers and the engine's map of them, 2·8·64²·4 = 262,144 bytes; the pooled map and the numbers that are handed out, 2·8·32²·4 = 65,536, lie where those were.",
    source:
      '[performance](../performance.md), and `plan` itself, which states it before anything is allocated: for the threads that there are, and the kernels that this machine runs fastest',
  },
};

const tools: Readonly<Record<CountingToolName, ByHand>> = {
  torchvision: {
    arithmetic: 'ResNet-50: 4,089,184,256, printed as 4.089 in its table.',
    source: "torchvision, `_ops` of the weights' `_metrics`",
  },
  thop: {
    arithmetic:
      'ResNet-50: 4,089,184,256 + 4·11,113,984 elements of batch norm + 2048·(7·7 + 1) of the last pooling = 4,133,742,592.',
    source: 'thop, `basic_hooks.py` and `calc_func.py`',
  },
  fvcore: {
    arithmetic:
      'ResNet-50: 4,089,184,256 + 2·11,113,984 elements of batch norm + 2048·7·7 that the last pooling reads = 4,111,512,576.',
    source: 'fvcore, `jit_handles.py` and `flop_count.py`; `docs/flop_count.md`',
  },
  ptflops: {
    arithmetic:
      'ResNet-18: 1,814,073,344 + 1,000 of the bias + 2·2,483,712 elements of batch norm + 2,308,096 outputs of ReLU + 64·112² that the first pooling reads + 512·7² that the last one does = 1,822,177,768.',
    source: 'ptflops, `pytorch_ops.py`; the benchmark in its README',
  },
  torchinfo: {
    arithmetic:
      'ResNet-18: its convolutions and its classifier take 1,814,073,344 multiply-adds; 1,000 biases and 2·4,800 weights of batch norm count once: 1,814,083,944.',
    source: 'torchinfo, `calculate_macs` in `layer_info.py`; the outputs in its tests',
  },
  tflite: {
    arithmetic:
      'MobileNetV1 at half its width, 128×128 and 1001 classes: 2·49,160,704 + 824,297 outputs with a bias + 8,192 of the last pooling + 64·1001 of the softmax = 99,217,961.',
    source: 'TensorFlow Lite, `EstimateArithmeticOpsCount` of its converter and its guide',
  },
  paper: {
    arithmetic: 'ResNet-50 as it was published first takes 3.8·10⁹ "FLOPs", which are multiply-adds.',
    source: 'He et al. 2015, table 1; Howard et al. 2017; Sandler et al. 2018',
  },
  keras: {
    arithmetic:
      'MobileNetV2: 3,504,872 trained parameters + 2·17,056 running means and variances = 3,538,984.',
    source: '`model.summary()` of keras.applications',
  },
};

const fileOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A page for each way to count operations and peaks of memory, ours and those of other tools. */
export const conventionPages: readonly ConventionPage[] = [
  ...conventions.map((name): ConventionPage => {
    const { title, doc } = conventionInfo[name];
    const use = `netwright summary FILE --convention ${name}`;
    return { id: name, group: 'Operations', title, doc, use, ...operations[name] };
  }),
  ...memoryConventionNames.map((name): ConventionPage => {
    const { title, doc } = memoryConventions[name];
    const counted = name === 'plain' ? '' : ` ${name}`;
    const use = `netwright memory FILE\n$ netwright check FILE --memory "8MiB${counted}"`;
    return { id: `peak-${fileOf(name)}`, group: 'Peak memory', title, doc, use, ...peaks[name] };
  }),
  ...countingToolNames.map((name): ConventionPage => {
    const { title, doc } = countingTools[name];
    const use = `netwright summary FILE --like ${name}`;
    return { id: `like-${name}`, group: 'As other tools count', title, doc, use, ...tools[name] };
  }),
];
