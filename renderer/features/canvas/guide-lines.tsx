import { ViewportPortal } from '@xyflow/react';
import type { Guide } from './guides.ts';

/** Thin lines that show what a dragged layer stands in line with. */
export function GuideLines({ guides }: { readonly guides: readonly Guide[] }) {
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      {guides.map(({ axis, at, from, to }) => (
        <div
          key={axis}
          className={`guide is-${axis}`}
          data-testid="guide"
          style={
            axis === 'x'
              ? { transform: `translate(${at}px, ${from}px)`, height: to - from }
              : { transform: `translate(${from}px, ${at}px)`, width: to - from }
          }
        />
      ))}
    </ViewportPortal>
  );
}
