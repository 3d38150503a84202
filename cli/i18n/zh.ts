import type { Words } from '../../shared/languages/words.ts';
import { failures } from './zh-failures.ts';
import { help } from './zh-help.ts';
import { cells, tables } from './zh-tables.ts';

/** Headings of tables. */
const headings: Readonly<Record<string, string>> = {
  Algorithm: '算法',
  'Alive there': '存活的张量',
  'Bound by': '受限于',
  Bytes: '字节',
  Convention: '约定',
  Design: '设计',
  'FLOPs per byte': '每字节 FLOPs',
  Fits: '能否放下',
  Kind: '种类',
  Layer: '层',
  Layers: '层',
  Layout: '布局',
  'MACs/byte': '每字节乘加',
  Measured: '实测',
  'Memory (KiB)': '内存（KiB）',
  'Multiply-adds': '乘加',
  'All operations': '全部运算',
  'FLOPs (2 per MAC)': 'FLOPs（每次乘加计 2）',
  Name: '名称',
  Network: '网络',
  Numbers: '数值类型',
  'Output bytes': '输出字节',
  Output: '输出',
  Parameters: '参数',
  'Peak bytes': '峰值字节',
  Sees: '感受野',
  Share: '占比',
  'Single steps differ by': '各步相差',
  'Steps of a kind': '同类步骤',
  Target: '目标',
  'Weight bytes': '权重字节',
  error: '错误',
  warning: '警告',
  info: '提示',
  all: '全部',
  'What is turned': '调节内容',
  What: '内容',
  While: '运行时',
  Year: '年份',
  'ms, predicted': '毫秒（预测）',
  ms: '毫秒',
  'of its roof': '占上限',
  of: '/',
};

/** What the command itself says, in simplified Chinese. */
export const zh = {
  phrases: {
    'cli/open-design:give-shape': '请给出：{{option}}',
    'cli/file-source:file-cut-off': '文件在内容结束之前就结束了。',
    'cli/file-source:file-cut-off/hint': '请重新获取文件。',
  },
  texts: { ...headings, ...cells },
  pieces: { ...failures, ...help, ...tables },
} as const satisfies Pick<Words, 'phrases' | 'texts'> & { readonly pieces: Words['texts'] };
