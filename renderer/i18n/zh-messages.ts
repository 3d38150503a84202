import type { PhraseTable } from '../../shared/base/messages.ts';

/** What the app itself says of things that went wrong, by key, in simplified Chinese. A test knows the keys. */
export const zhMessages: PhraseTable = {
  'renderer/documents/file-to-open:file-unreadable': '无法读取 {{name}}：{{reason}}',
  'renderer/documents/file-to-open:file-unreadable/hint': '请重新打开。',
  'renderer/documents/files:not-text': '这不是 UTF-8 文本文件。',
  'renderer/documents/files:not-text/hint':
    '打开 Netwright 设计文件（.netwright.json）或 ONNX 模型（{{onnx}}）。',
  'renderer/documents/model-data:external-data-too-short':
    '“{{location}}”有 {{size}} 字节，但模型要读取其中 {{leastBytes}} 字节。',
  'renderer/documents/model-data:external-data-too-short/hint':
    '文件已损坏或属于另一个模型；请重新获取两者。',
  'renderer/documents/program:program-in-browser': '{{name}} 是一个程序：浏览器中的页面不能运行它。',
  'renderer/documents/program:program-in-browser/hint':
    '请在桌面应用中打开，或用命令写出它的设计：{{command}}',
  'renderer/documents/program:python-missing': '路径中没有 python3。',
  'renderer/documents/program:python-missing/hint': '请安装 Python 和 torch，或指定已安装的：{{setting}}',
  'renderer/documents/program:torch-missing': '{{pythons}} 都没有 torch。',
  'renderer/documents/program:torch-missing/hint':
    '请用 {{command}} 安装，或指定已安装的 Python：{{setting}}',
  'renderer/documents/program:named-python-without-torch': 'NETWRIGHT_PYTHON 是 {{python}}，它没有 torch。',
  'renderer/documents/program:named-python-without-torch/hint': '请安装：{{command}}',
  'renderer/documents/program:program-failed': '{{said}}',
  'renderer/documents/program:program-failed/hint': '请在 {{name}} 中改正并保存。',
  'renderer/documents/program:program-left-open': '{{remark}}',
  'renderer/documents/program:program-left-open/hint': '{{name}} 的其余部分都在这里。',
  'renderer/documents/program:program-without-modules': '{{name}} 中没有不需要参数就能创建的模块。',
  'renderer/documents/program:program-without-modules/hint': '给类加上默认值，或写一个创建它的函数：{{code}}',
  'renderer/workers/picture.worker:picture-unreadable': '{{name}} 不是可读取的图片，或已损坏。',
  'renderer/workers/picture.worker:picture-unreadable/hint': '使用 PNG、JPEG、WebP 或 AVIF 文件。',
  'renderer/workers/picture.worker:picture-too-large':
    '{{name}} 为 {{extent}}；最多可读取 256 MiB 内的 6400 万像素。',
  'renderer/workers/picture.worker:picture-too-large/hint': '先在图像软件中缩小：网络只看其中几百个像素。',
  'renderer/workers/picture.worker:picture-failed': '无法准备图片：{{reason}}',
  'renderer/workers/picture.worker:picture-failed/hint': '使用更小的图片，或另一种格式。',
  'renderer/features/share/shared-text:not-shared': '这不是分享的设计。',
  'renderer/features/share/shared-text:not-shared/hint':
    '复制 Netwright 生成的完整链接或文本，从“netwright-design-1.”到末尾。',
  'renderer/features/share/shared-text:too-large': '这个分享的设计超过了设计的大小上限。',
  'renderer/features/share/shared-text:too-large/hint': '请对方以文件形式发送。',
  'renderer/state/run/picture:picture-failed': '无法准备 {{name}}。',
  'renderer/state/run/picture:picture-failed/hint': '使用更小的图片，或另一种格式。',
  'renderer/state/run/picture:picture-failed:because': '无法准备 {{name}}：{{reason}}',
  'renderer/state/run/picture:picture-failed:because/hint': '使用更小的图片，或另一种格式。',
  'renderer/state/run/runner:worker-died': '运行网络的工作线程意外结束。',
  'renderer/state/run/runner:worker-died/hint': '请再次运行：它会重新启动。文档是安全的。',
  'renderer/state/run/runner:worker-died:because': '运行网络的工作线程意外结束：{{reason}}',
  'renderer/state/run/runner:worker-died:because/hint': '请再次运行：它会重新启动。文档是安全的。',
  'renderer/state/run/sources:memory-exceeded': '没有足够的内存容纳 {{mebibytes}} MiB 的输入。',
  'renderer/state/run/sources:memory-exceeded/hint': '使用更小的输入或批次。',
};
