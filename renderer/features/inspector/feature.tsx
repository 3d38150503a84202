import type { Feature } from '../../commands/feature.ts';
import { useT } from '../../i18n/i18n.ts';
import { PartBoundary } from '../../parts/part-boundary.tsx';
import { useApp } from '../../state/use-app.ts';
import { Inspector } from './inspector.tsx';
import { inspectorCommands } from './inspector-commands.ts';

/** What cannot be drawn of one node may well be drawn of another. */
function Selected() {
  const t = useT();
  const shown = useApp(({ opened, trail, selection }) => [opened, ...trail, ...selection].join('/'));
  return (
    <PartBoundary title={t('Inspector')} shows={shown}>
      <Inspector />
    </PartBoundary>
  );
}

/** What is selected, with its parameters. */
export const inspector: Feature = {
  id: 'inspector',
  commands: inspectorCommands,
  views: { right: Selected },
};
