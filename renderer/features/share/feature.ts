import { ClipboardPaste, Share2 } from 'lucide-react';
import { inEditor } from '../../commands/define.ts';
import type { Feature } from '../../commands/feature.ts';
import { openCopied, shareDesign, watchAddress } from './sharing.ts';

/** A design, without weights, as a link or text for others to open. */
export const share: Feature = {
  id: 'share',
  commands: [
    {
      id: 'share',
      title: 'Share as a link',
      menu: 'File',
      icon: Share2,
      when: inEditor,
      perform: shareDesign,
    },
    {
      id: 'share.open',
      title: 'Open a copied link',
      menu: 'File',
      icon: ClipboardPaste,
      perform: openCopied,
    },
  ],
  start: watchAddress,
};
