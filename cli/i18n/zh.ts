import type { Words } from '../../shared/languages/words.ts';
import { help } from './zh-help.ts';
import { lines } from './zh-lines.ts';
import { texts } from './zh-texts.ts';

/** What the command itself says, in simplified Chinese. */
export const zh = {
  phrases: {
    'cli/open-design:give-shape': '请给出：{{option}}',
    'cli/file-source:file-cut-off': '文件在内容结束之前就结束了。',
    'cli/file-source:file-cut-off/hint': '请重新获取文件。',
  },
  texts,
  lines,
  pieces: help,
} as const satisfies Pick<Words, 'phrases' | 'texts'> & Readonly<Record<'lines' | 'pieces', Words['texts']>>;
