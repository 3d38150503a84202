import { BookOpen } from 'lucide-react';
import { lazy, Suspense, useEffect } from 'react';
import type { Feature } from '../../commands/feature.ts';
import { useSlice } from '../../state/slice.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { closeReference, openReference, readingOf } from './reference-state.ts';

/** The pages are many: they come when they are first asked for. */
const Pane = lazy(async () => ({ default: (await import('./reference-pane.tsx')).ReferencePane }));

function Reference() {
  const app = useTheApp();
  const open = useSlice(readingOf, (state) => state.open);
  const atStart = useApp((state) => state.screen === 'start');
  // Beside a canvas it has room of its own; whoever goes back to the start page wants to see the networks there.
  useEffect(() => {
    if (atStart) closeReference(app);
  }, [app, atStart]);
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
