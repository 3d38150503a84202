/** What a limit is on, behind its number, and what it may be. */
export const limits: Readonly<Record<string, string>> = {
  'multiply-adds': '次乘加',
  FLOPs: '次浮点运算',
  operations: '次运算',
  parameters: '个参数',
  'bytes of weights': '字节的权重',
  'bytes of peak activation memory': '字节的激活峰值内存',
  'bytes of peak activation memory, activations and sums in place':
    '字节的激活峰值内存（激活与求和原地计算）',
  'bytes of peak activation memory, activations, sums and depthwise convolutions in place':
    '字节的激活峰值内存（激活、求和与深度卷积原地计算）',
  'bytes of peak activation memory, concatenation without a copy': '字节的激活峰值内存（拼接不复制）',
  "bytes of peak activation memory, in TFLite Micro's arena":
    '字节的激活峰值内存（按 TFLite Micro 的内存区）',
  "bytes of peak activation memory, in this engine's arena": '字节的激活峰值内存（按本引擎的内存区）',
  'bytes of activations': '字节的激活',
  'bytes for a training step': '字节的单步训练内存',
  'layers deep': '层深',
  'pixels of receptive field': '像素的感受野',
  milliseconds: '毫秒',
  'a number of pixels, "input" for at least all that comes in, or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less':
    '像素数、表示至少覆盖整个输入的 "input"，或相对基准的比例："+5%" 表示至多多 5 %，"±5%" 表示上下浮动 5 %',
  'a number, a short form such as "15.5G", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less':
    '一个数、“15.5G”之类的简写，或相对基准的比例：“+5%”表示至多增加 5 %，“±5%”表示上下浮动 5 %',
  'a number of bytes, a size such as "12MiB", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less; behind it how the peak is counted, as in "256KiB greedyArena": inPlace, depthwiseInPlace, concatFree, greedyArena, engineArena':
    '字节数、“12MiB”之类的大小，或相对基准的比例：“+5%”表示至多增加 5 %，“±5%”表示上下浮动 5 %；其后可写峰值的计法，例如“256KiB greedyArena”：inPlace、depthwiseInPlace、concatFree、greedyArena、engineArena',
  'a number of bytes, a size such as "12MiB", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less':
    '字节数、“12MiB”之类的大小，或相对基准的比例：“+5%”表示至多增加 5 %，“±5%”表示上下浮动 5 %',
  'a time with its unit, such as "20ms", "1.5s" or "800us", or a share of the baseline: "+5%" for at most 5 % more, "±5%" for 5 % more or less':
    '带单位的时间，例如“20ms”、“1.5s”或“800us”，或相对基准的比例：“+5%”表示至多增加 5 %，“±5%”表示上下浮动 5 %',
  'KNOB=LOW..HIGH:STEP such as "stage3.width=128..512:8", KNOB=A,B,C, or KNOB alone for values around where it stands':
    'KNOB=下限..上限:步长（例如“stage3.width=128..512:8”）、KNOB=A,B,C，或只写 KNOB，取当前值附近的值',
};
