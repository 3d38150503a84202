import type { PhraseTable } from '../../shared/base/messages.ts';

/** What the command says of things that went wrong, by key, in simplified Chinese. A test knows the keys. */
export const messages: PhraseTable = {
  'cli/file-source:file-cut-off': '文件在内容结束之前就结束了。',
  'cli/file-source:file-cut-off/hint': '请重新获取文件。',
};
