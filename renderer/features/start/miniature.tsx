import type { Analysis } from '../../../shared/analysis/facts.ts';
import { definitionOf } from '../../../shared/blocks/index.ts';

interface Slab {
  readonly key: string;
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly group: string;
}

const WIDTH = 220;
const HEIGHT = 64;
const MOST_SLABS = 60;

/** Each weighted or shrinking layer as a slab: as tall as its map (log), as thick as its channels (log). */
function slabsOf({ order, facts }: Analysis): readonly Slab[] {
  const shown = order.flatMap((id) => {
    const { node, outputs } = facts.get(id) ?? {};
    const dims = Object.values(outputs ?? {})[0];
    if (!node || !dims) return [];
    const { group } = definitionOf(node.kind);
    if (group === 'activation' || group === 'normalisation' || group === 'shape' || node.kind === 'output')
      return [];
    const [, channels = 1, rows = 1] = dims;
    return [
      { id, group, thick: 1 + Math.log2(Math.max(1, channels)) / 3, tall: 0.12 + Math.log2(rows) / 8.2 },
    ];
  });
  const every = Math.ceil(shown.length / MOST_SLABS);
  const kept = shown.filter((_, i) => i % every === 0);
  const total = kept.reduce((sum, { thick }) => sum + thick, 0);
  const gap = Math.min(3, (WIDTH / Math.max(1, kept.length)) * 0.25);
  const unit = Math.min(9, (WIDTH - gap * kept.length) / Math.max(1, total));
  const used = kept.reduce((sum, { thick }) => sum + thick * unit + gap, -gap);
  let x = (WIDTH - used) / 2;
  return kept.map(({ id, group, thick, tall }) => {
    const slab = { key: id, x, width: thick * unit, height: Math.min(1, tall) * HEIGHT, group };
    x += slab.width + gap;
    return slab;
  });
}

/** A small picture of a network, drawn from its shapes. */
export function Miniature({ analysis }: { readonly analysis: Analysis }) {
  return (
    <svg className="miniature" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {slabsOf(analysis).map(({ key, x, width, height, group }) => (
        <rect
          key={key}
          x={x}
          y={(HEIGHT - height) / 2}
          width={width}
          height={height}
          rx={Math.min(1.2, width / 3)}
          fill={`var(--${group}-solid)`}
        />
      ))}
    </svg>
  );
}
