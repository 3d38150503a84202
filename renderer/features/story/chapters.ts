import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import type { Design, NodeId } from '../../../shared/graph/design.ts';
import type { ZooId } from '../../../shared/zoo/ids.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';
import { t } from '../../i18n/i18n.ts';
import { percent, short, shortBytes } from '../../parts/format.ts';

/** A network with its figures, which its notes are written from. */
export interface Figures {
  readonly design: Design;
  readonly analysis: Analysis;
}

/** What a note stands by, and says in Markdown. */
interface ChapterNote {
  readonly by: NodeId;
  readonly text: string;
}

/** One network of the story, told against the one before it. */
export interface Chapter {
  readonly id: ZooId;
  readonly notes: (now: Figures, before: Figures | undefined) => readonly ChapterNote[];
}

export function figuresOf(id: ZooId): Figures {
  const design = zooEntry(id).build();
  return { design, analysis: analyze(design) };
}

const factsOf = ({ analysis }: Figures, id: NodeId) => analysis.facts.get(id)!;
const macsOf = (figures: Figures, id: NodeId): number => factsOf(figures, id).cost?.macs.value ?? 0;
const paramsOf = (figures: Figures, id: NodeId): number => factsOf(figures, id).cost?.params.value ?? 0;

/** The share that the nodes of a kind have in a sum over all. */
function shareOf(figures: Figures, kind: string, of: typeof macsOf, total: number): string {
  const ids = figures.analysis.order.filter((id) => factsOf(figures, id).node.kind === kind);
  return share(ids.reduce((sum, id) => sum + of(figures, id), 0) / total);
}

const share = (part: number): string => `${(100 * part).toFixed(0)} %`;

/** What is spent before maps are no larger than this, in pixels. */
export function untilMap(
  figures: Figures,
  extent: number,
): { readonly macs: number; readonly params: number } {
  let macs = 0;
  let params = 0;
  for (const id of figures.analysis.order) {
    const [dims] = Object.values(factsOf(figures, id).outputs ?? {});
    macs += macsOf(figures, id);
    params += paramsOf(figures, id);
    if (dims?.length === 4 && (dims[2] ?? 0) <= extent) break;
  }
  return { macs, params };
}

const times = (now: number, before: number): string => {
  const factor = now / before;
  return `×${factor.toFixed(factor < 1 ? 2 : 1)}`;
};

/** What it costs beside the one before: the last note of every chapter but the first. */
function costNote(by: NodeId, now: Figures, before: Figures | undefined): readonly ChapterNote[] {
  if (!before) return [];
  const [a, b] = [before.analysis.totals, now.analysis.totals];
  const lines = [
    t('- multiply-adds {{from}} → **{{to}}** ({{change}})', {
      from: short(a.macs),
      to: short(b.macs),
      change: times(b.macs, a.macs),
    }),
    t('- parameters {{from}} → **{{to}}** ({{change}})', {
      from: short(a.params),
      to: short(b.params),
      change: percent(b.params / a.params - 1),
    }),
    t('- peak memory {{from}} → **{{to}}**', { from: shortBytes(a.peakBytes), to: shortBytes(b.peakBytes) }),
    t('- depth {{from}} → **{{to}}**', { from: a.depth, to: b.depth }),
  ];
  const title = t('**What it cost** against {{before}}:', { before: before.design.name });
  const text = [title, '', ...lines].join('\n');
  return [{ by, text }];
}

export const titleOf = ({ id }: Chapter): string => zooEntry(id).title;

/** AlexNet to ResNet: what each changed, and what that cost. Every figure is the analysis's own. */
export const chapters: readonly Chapter[] = [
  {
    id: 'alexnet',
    notes: (now) => {
      const { macs, params, outputBytes } = now.analysis.totals;
      return [
        {
          by: 'conv1',
          text: t(
            '**AlexNet, 2012.** Five convolutions with ReLU and max pooling, then three fully connected layers: **{{macs}}** multiply-adds and **{{params}}** parameters. It was trained on two cards of 3 GB each. All that follows is held against this.',
            { macs: short(macs), params: short(params) },
          ),
        },
        {
          by: 'conv3',
          text: t(
            '**Where the costs are.** The convolutions do {{convMacs}} of the multiply-adds; the fully connected layers hold {{fcParams}} of the parameters; the outputs of all layers take {{memory}}, most of it in the first ones.',
            {
              convMacs: shareOf(now, 'conv2d', macsOf, macs),
              fcParams: shareOf(now, 'linear', paramsOf, params),
              memory: shortBytes(outputBytes),
            },
          ),
        },
      ];
    },
  },
  {
    id: 'zfnet',
    notes: (now, before) => [
      {
        by: 'conv1',
        text: t(
          '**ZFNet, 2013: AlexNet with better settings.** conv1 looks at 7×7 with stride 2 where AlexNet looked at 11×11 with stride 4: less is lost at once, and its filters cost {{conv1}} multiply-adds instead of {{conv1Before}}.',
          {
            conv1: short(macsOf(now, 'conv1')),
            conv1Before: before ? short(macsOf(before, 'conv1')) : '',
          },
        ),
      },
      {
        by: 'conv3',
        text: t(
          '**More filters later on.** conv3 to conv5 are wider. Every number here was found by trial and error: who wants a larger network starts over.',
        ),
      },
      ...costNote('conv5', now, before),
    ],
  },
  {
    id: 'vgg16',
    notes: (now, before) => [
      {
        by: 'conv1_1',
        text: t(
          '**VGG, 2014: rules instead of trial and error.** Every convolution is 3×3 with stride 1 and padding 1, every pool 2×2 with stride 2, and channels double after a pool. Networks of any depth follow from that.',
        ),
      },
      {
        by: 'conv2_1',
        text: t(
          '**Why 3×3.** Two of them see what one 5×5 sees, with one ReLU more, for 18·C² weights instead of 25·C². Half the map with twice the channels costs as many multiply-adds again, half the memory and four times the parameters.',
        ),
      },
      {
        by: 'conv4_1',
        text: t(
          '**Where it is large.** fc6 alone holds {{fc6}} of {{params}} parameters; {{stem}} multiply-adds are spent before the maps are down to 28×28.',
          {
            fc6: short(paramsOf(now, 'fc6')),
            params: short(now.analysis.totals.params),
            stem: short(untilMap(now, 28).macs),
          },
        ),
      },
      ...costNote('conv5_1', now, before),
    ],
  },
  {
    id: 'googlenet',
    notes: (now, before) => {
      const [first] = now.analysis.order.filter((id) => factsOf(now, id).node.kind === 'inception');
      const stem = untilMap(now, 28);
      return [
        {
          by: now.analysis.order[1]!,
          text: t(
            '**GoogLeNet, 2014: efficiency.** An aggressive stem: from 224 to 28 pixels for {{stem}} multiply-adds and {{stemParams}} parameters, where VGG-16 spends {{stemBefore}}.',
            {
              stem: short(stem.macs),
              stemParams: short(stem.params),
              stemBefore: before ? short(untilMap(before, 28).macs) : '',
            },
          ),
        },
        {
          by: first ?? now.analysis.order[0]!,
          text: t(
            '**Inception.** 1×1, 3×3, 5×5 and a pool side by side, joined by their channels; 1×1 convolutions narrow what the larger windows look at.',
          ),
        },
        {
          by: now.analysis.order.find((id) => factsOf(now, id).node.kind === 'globalAvgPool') ?? 'input',
          text: t(
            '**Global average pooling** instead of fully connected layers: the mean of each map, then one matrix. It holds {{fc}} of the parameters; in VGG-16 they hold {{fcBefore}}.',
            {
              fc: shareOf(now, 'linear', paramsOf, now.analysis.totals.params),
              fcBefore: before ? shareOf(before, 'linear', paramsOf, before.analysis.totals.params) : '',
            },
          ),
        },
        ...costNote(now.analysis.order.at(-1)!, now, before),
      ];
    },
  },
  {
    id: 'resnet50',
    notes: (now, before) => [
      {
        by: 'conv1',
        text: t(
          '**ResNet, 2015: depth without the wall.** Stacked deeper, plain networks fit even their training set worse. Here a block adds its input to what it computes: to be the identity, it only has to learn F(x) = 0.',
        ),
      },
      {
        by: 'layer1.0',
        text: t(
          '**Bottlenecks.** 4C → C → C → 4C costs 17·H·W·C² multiply-adds, less than the 18·H·W·C² of two 3×3 at C, for a block of three layers that carries four times the channels.',
        ),
      },
      ...costNote('layer2.0', now, before),
    ],
  },
];
