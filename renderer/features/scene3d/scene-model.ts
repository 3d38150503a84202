import type { Analysis } from '../../../shared/analysis/facts.ts';
import { mapExtent, type Region, type Seen, seenBy } from '../../../shared/analysis/field.ts';
import { hasInside } from '../../../shared/blocks/index.ts';
import { type OpenedOutline, outlineOpened } from '../../../shared/formats/pictures/opened-outline.ts';
import type { Detail, Outline, OutlineNode, Say } from '../../../shared/formats/pictures/outline.ts';
import { collapseRepeats } from '../../../shared/formats/pictures/repeats.ts';
import { placeInSpace, type Space, type SpaceVolume } from '../../../shared/formats/pictures/space.ts';
import type { Scale } from '../../../shared/formats/pictures/volumes.ts';
import type { Design } from '../../../shared/graph/design.ts';
import type { Unit } from './scene-store.ts';

export interface SceneModel {
  readonly outline: OpenedOutline;
  readonly space: Space;
  /** The layer whose output a volume is, as an index into the outline's leaves. */
  leafOf(node: OutlineNode): number | undefined;
}

export interface SceneOptions {
  readonly detail: Detail;
  readonly scale: Scale;
  readonly toggled: ReadonlySet<string>;
  /** The language that it is told in. */
  readonly say: Say;
}

export function sceneModel(
  design: Design,
  analysis: Analysis,
  { detail, scale, toggled, say }: SceneOptions,
): SceneModel {
  const isOpen = (id: string): boolean => (detail === 'layers') !== toggled.has(id);
  const outline = outlineOpened(design, analysis, isOpen, say);
  const drawn: Outline = detail === 'stages' ? collapseRepeats(outline) : outline;
  const { leaves, opened } = outline;
  return {
    outline,
    space: placeInSpace(drawn, {
      scale,
      opened,
      matrixOf: ({ id, kind }) => {
        const leaf = kind === 'linear' ? leaves[outline.leafOf.get(id) ?? -1] : undefined;
        const [outputs, inputs] = leaf?.facts.weights[0]?.dims ?? [];
        return inputs === undefined || outputs === undefined ? undefined : [inputs, outputs];
      },
    }),
    leafOf: ({ members }) => outline.leafOf.get(members.at(-1) ?? ''),
  };
}

/** The nodes of the design that a volume stands for, or is part of. */
export function designNodesOf({ members }: OutlineNode): readonly string[] {
  return [...new Set(members.map((id) => id.split('/')[0] ?? id))];
}

/** The blocks that opening a volume opens, or closing closes: itself, what it repeats, or what it stands in. */
export function blocksOf(
  { members, kind, id }: OutlineNode,
  outline: OpenedOutline,
): { readonly open: readonly string[]; readonly close: readonly string[] } {
  const open = hasInside(kind)
    ? members.filter((member) => {
        const node = outline.nodes.find((each) => each.id === member);
        return node !== undefined && hasInside(node.kind);
      })
    : [];
  const around = id.includes('/') ? [id.slice(0, id.lastIndexOf('/'))] : [];
  return { open, close: around };
}

export interface FieldOf {
  readonly seenOf: (volume: SpaceVolume) => Seen | undefined;
  /** Of the network's input; undefined where the unit sees none of it. */
  readonly pixels: Seen | undefined;
  readonly input: readonly [height: number, width: number];
}

/** The receptive field of a unit, for every volume before it. */
export function fieldOf(model: SceneModel, unit: Unit): FieldOf | undefined {
  const { outline, space } = model;
  const volume = space.volumes.find(({ id }) => id === unit.id);
  const target = volume && model.leafOf(volume.node);
  if (target === undefined) return undefined;
  const seen = seenBy(outline.leaves, target, [unit.row, unit.column]);
  const source = outline.leaves.findIndex(
    ({ kind, outputDims }, i) => kind === 'input' && outputDims?.[0]?.length === 4 && seen.has(i),
  );
  return {
    seenOf: ({ node }) => {
      const leaf = model.leafOf(node);
      return leaf === undefined ? undefined : seen.get(leaf);
    },
    pixels: seen.get(source),
    input: mapExtent(outline.leaves[source]?.outputDims?.[0] ?? []),
  };
}

export const heightOf = ({ rows }: Region): number => rows.last - rows.first + 1;
export const widthOf = ({ columns }: Region): number => columns.last - columns.first + 1;
