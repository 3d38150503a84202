import { PencilRuler } from 'lucide-react';
import { inEditor } from '../../commands/define.ts';
import type { Feature } from '../../commands/feature.ts';
import { showOwnRules, useOwnRules } from '../../state/own-rules.ts';
import { OwnRulesPane } from './own-rules-pane.tsx';

function OwnRules() {
  return useOwnRules(({ open }) => open) ? <OwnRulesPane /> : null;
}

/** Design rules that the user writes, tried on the design while they are written. */
export const ownRules: Feature = {
  id: 'own-rules',
  commands: [
    {
      id: 'rules.own',
      title: 'Own rules …',
      menu: 'Design',
      after: 'rules.choose',
      icon: PencilRuler,
      when: inEditor,
      perform: showOwnRules,
    },
  ],
  views: { dialog: OwnRules },
};
