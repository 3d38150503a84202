import { BookOpen } from 'lucide-react';
import { lazy, Suspense } from 'react';
import type { Feature } from '../../commands/feature.ts';
import { useSlice } from '../../state/slice.ts';
import { openReference, readingOf } from './reference-state.ts';

/** The pages are many: they come when they are first asked for. */
const Pane = lazy(async () => ({ default: (await import('./reference-pane.tsx')).ReferencePane }));

function Reference() {
  const open = useSlice(readingOf, (state) => state.open);
  return open ? (
    <Suspense>
      <Pane />
    </Suspense>
  ) : null;
}

/** What layers, blocks, rules and costs are, beside the canvas. */
export const reference: Feature = {
  id: 'reference',
  commands: [
    {
      id: 'reference',
      title: 'Reference',
      menu: 'Help',
      at: ['node'],
      icon: BookOpen,
      shortcut: 'F1',
      perform: openReference,
    },
  ],
  views: { dialog: Reference },
};
