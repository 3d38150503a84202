import { repeatOf } from '../../shared/blocks/expansion.ts';
import { definitionOf, type NodeKind } from '../../shared/blocks/index.ts';
import type { DesignNode } from '../../shared/graph/design.ts';
import { formatParam } from '../../shared/schema/codec.ts';
import { named, spokenWords } from '../i18n/i18n.ts';

interface Headline {
  readonly kind: NodeKind;
  /** What it was said with: another language has others. */
  readonly words: ReturnType<typeof spokenWords>;
  readonly text: string;
}

const known = new WeakMap<object, Headline>();

/** The key parameters in the words of a figure, what is usual left out: `3×3 · 64 · s2`. */
export function headlineOf({ kind, params }: Pick<DesignNode, 'kind' | 'params'>): string {
  const before = known.get(params);
  const words = spokenWords();
  if (before?.kind === kind && before.words === words) return before.text;
  const text = headlineAnew({ kind, params });
  known.set(params, { kind, words, text });
  return text;
}

function headlineAnew(node: Pick<DesignNode, 'kind' | 'params'>): string {
  const definition = definitionOf(node.kind);
  return definition.headline
    .flatMap((name) => {
      const p = definition.params[name]!;
      const value = node.params[name] ?? p.default;
      if (p.kind === 'flag') return value === true ? [named(p.title).toLowerCase()] : [];
      const text = formatParam(p, value);
      if (p.role === 'repeat') return repeatOf(node.params) > 1 ? [`×${repeatOf(node.params)}`] : [];
      if (p.role === 'stride') return text === '1×1' ? [] : [`s${text.replace(/^(\d+)×\1$/, '$1')}`];
      if (p.role === 'padding') return text === '0' ? [] : [text === 'same' ? 'same' : `p${text}`];
      return [text];
    })
    .join(' · ');
}
