import { catalog, definitionOf, isNodeKind, type NodeKind } from '../../shared/blocks/index.ts';
import { mayHold } from '../../shared/graph/block-edits.ts';
import type { BlockDefinitions, DesignNode } from '../../shared/graph/design.ts';
import { newNode } from '../../shared/graph/edits.ts';
import { endsOf } from '../../shared/graph/inside.ts';
import type { Group, Variant } from '../../shared/layers/define.ts';
import type { ParamValues } from '../../shared/schema/params.ts';
import { named } from '../i18n/i18n.ts';

/** What can be put on the canvas: a layer, a block, or a block of the user's own. */
export interface Addable {
  /** Its kind; `conv2d/depthwise` for a use of it, `userBlock:name` for a block of the user's own. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly title: string;
  readonly summary: string;
  readonly group: Group;
  /** What else it answers to. */
  readonly words: readonly string[];
  readonly frequent: boolean;
  /** A use of the kind that has a name. */
  readonly variant?: Variant;
  /** The name of the user's block, and how many values it gives. */
  readonly block?: string;
  readonly outputs?: number;
}

/** What it is called in the language that is shown; a block of the user's own as the user calls it. */
export const nameOf = ({ title, block }: Addable): string => (block === undefined ? named(title) : title);

/** What is dragged from the palette. */
export const DRAG_TYPE = 'application/x-netwright-kind';

const OWN = 'userBlock:';

const fixed: readonly Addable[] = (Object.keys(catalog) as NodeKind[])
  .filter((kind) => kind !== 'userBlock')
  .flatMap((kind): readonly Addable[] => {
    const { title, summary, group, words, frequent = false, variants } = definitionOf(kind);
    return [
      { id: kind, kind, title, summary, group, words, frequent },
      ...variants.map((variant) => ({
        id: `${kind}/${variant.id}`,
        kind,
        title: variant.title,
        summary,
        group,
        words: variant.words,
        frequent: false,
        variant,
      })),
    ];
  });

/** Everything that can be added to the design, or to the block `within` it, which cannot hold itself. */
export function addablesOf(blocks: BlockDefinitions, within: string | undefined): readonly Addable[] {
  const { summary, group } = definitionOf('userBlock');
  const own = Object.keys(blocks)
    .filter((name) => within === undefined || mayHold(blocks, within, name))
    .map(
      (name): Addable => ({
        id: OWN + name,
        kind: 'userBlock',
        title: name,
        summary,
        group,
        words: [],
        frequent: true,
        block: name,
        outputs: Math.max(1, endsOf(blocks[name]!, 'output').length),
      }),
    );
  return [...fixed, ...own];
}

/** A layer or block with the parameters of one of its worked examples, `conv2d#0`; undefined where it has none such. */
export function exampleOf(kind: NodeKind, index: number): Addable | undefined {
  const { title, summary, group, examples } = definitionOf(kind);
  const example = examples[index];
  if (!example) return undefined;
  const variant: Variant = { id: `#${index}`, title, words: [], params: () => writtenParams(example.params) };
  return { id: `${kind}#${index}`, kind, title, summary, group, words: [], frequent: false, variant };
}

/** What an example says of its parameters, without what it leaves to the defaults. */
const writtenParams = (params: Partial<ParamValues>): ParamValues =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );

/** What an id of it stands for; undefined where there is no such thing. */
export function addableOf(id: string, all: readonly Addable[]): Addable | undefined {
  const [, kind = '', index] = /^(\w+)#(\d+)$/.exec(id) ?? [];
  return isNodeKind(kind) ? exampleOf(kind, Number(index)) : all.find((each) => each.id === id);
}

/** Channels that a use of a layer is made for where nobody knows how many come in. */
const UNKNOWN_CHANNELS = 64;

/** A fresh node of it, for so many channels that come in. */
export function nodeOf(
  { kind, block, outputs = 1, variant }: Addable,
  channels = UNKNOWN_CHANNELS,
): DesignNode {
  return newNode(kind, block === undefined ? variant?.params(channels) : { block, outputs });
}
