import type { MessageTable } from '../../shared/messages.ts';

/** What the engine says of designs while they are drawn, in simplified Chinese. The compiler knows the keys. */
export const zhMessages = {
  'base/problem:more-problems:one': '还有 1 处错误未列出。',
  'base/problem:more-problems:one/hint': '先修正前面的错误：其余的常由它们引起。',
  'base/problem:more-problems:many': '还有 {{more}} 处错误未列出。',
  'base/problem:more-problems:many/hint': '先修正前面的错误：其余的常由它们引起。',
  'graph/topology:input-missing': '{{title}} 的“{{port}}”需要一条连线。',
  'graph/topology:input-missing/hint': '连接它前面的层。',
  'graph/topology:two-wires-into-one-port':
    '{{node}} 的“{{port}}”接了两条连线：来自 {{first}} 和 {{second}}。一个端口只接一条。',
  'graph/topology:two-wires-into-one-port/hint': '去掉其中一条，或先用 Add 或 Concat 合并。',
  'graph/topology:port-unknown:no-inputs': '{{title}} 没有输入“{{port}}”，而来自 {{from}} 的连线接到那里。',
  'graph/topology:port-unknown:no-inputs/hint': '{{title}} 不接受连线：去掉这一条。',
  'graph/topology:port-unknown:other-inputs':
    '{{title}} 没有输入“{{port}}”，而来自 {{from}} 的连线接到那里。',
  'graph/topology:port-unknown:other-inputs/hint': '把它接到 {{ports}}。',
  'graph/topology:port-unknown:output': '{{from}} 没有输出“{{output}}”，而接到“{{port}}”的连线从那里开始。',
  'graph/topology:port-unknown:output/hint': '去掉这条连线，改接一个存在的输出。',
  'analysis/analyze:cycle': '{{id}} 在等待自己的输出：来自 {{from}} 的连线构成了环，环上的一切都无法计算。',
  'analysis/analyze:cycle/hint': '去掉环中的一条连线；前馈网络没有环。',
  'analysis/block-problems:inside': '在内部的 {{inner}}：{{reason}}',
  'analysis/block-problems:block-does-not-repeat':
    '它不能连续重复 {{times}} 次：第 {{copy}} 份无法接受第 {{failing}} 份给出的 {{given}}。{{reason}}',
  'analysis/block-problems:block-does-not-repeat/hint':
    '把重复次数设为 1，或修改模块使其输出能作为自身的输入。',
  'analysis/flatten:opaque-layer': '{{id}} 代表此处未知的 {{stands}}：形状和其余开销都已知，但网络无法运行。',
  'analysis/flatten:opaque-layer/hint': '用能做同样计算的层替换它。',
  'analysis/flatten:some-operation': '一个操作',
  'analysis/flatten:no-output': '网络没有返回任何结果：它没有 Output 节点。',
  'analysis/flatten:no-output/hint': '添加并连接一个 Output 节点。',
  'analysis/flatten:incomplete': '{{id}} 无法得出，因为它前面有未知的部分。',
  'analysis/flatten:incomplete/hint': '连接它前面的层。',
  'layers/elementwise:shapes-differ:map-channels':
    '{{title}} 需要相同的通道数，得到 {{first}} 和 {{other}}。',
  'layers/elementwise:shapes-differ:map-channels/hint': '插入一个 1×1 卷积。',
  'layers/elementwise:shapes-differ:channels': '{{title}} 需要相同的通道数，得到 {{first}} 和 {{other}}。',
  'layers/elementwise:shapes-differ:channels/hint': '让两个分支尺寸一致：相同的步幅，通道不同处加 1×1 卷积。',
  'layers/elementwise:shapes-differ': '{{title}} 需要相同的形状，得到 {{first}} 和 {{other}}。',
  'layers/elementwise:shapes-differ/hint': '让两个分支尺寸一致：相同的步幅，通道不同处加 1×1 卷积。',
  'layers/linear:needs-vector:map': '全连接层需要向量，得到 {{dims}}。',
  'layers/linear:needs-vector:map/hint': '插入展平层或全局平均池化。',
  'layers/linear:needs-vector': '全连接层需要向量，得到 {{dims}}。',
  'layers/linear:needs-vector/hint': '插入展平层。',
  'layers/expect:needs-feature-map:vector': '{{title}} 需要特征图（通道×高×宽），得到 {{dims}} 的向量。',
  'layers/expect:needs-feature-map:vector/hint': '把它放到展平之前，或去掉展平。',
  'layers/expect:needs-feature-map': '{{title}} 需要特征图（通道×高×宽），得到 {{dims}}。',
  'layers/expect:needs-feature-map/hint': '把输入变形为通道×高×宽。',
  'layers/expect:channels-not-divisible:input':
    '{{groups}} 个分组要求输入通道数能被 {{groups}} 整除，得到 {{count}}。',
  'layers/expect:channels-not-divisible:input/hint':
    '把分组数改为 {{count}} 的约数，或把输入通道数改为 {{groups}} 的倍数。',
  'layers/expect:channels-not-divisible:output':
    '{{groups}} 个分组要求输出通道数能被 {{groups}} 整除，得到 {{count}}。',
  'layers/expect:channels-not-divisible:output/hint':
    '把分组数改为 {{count}} 的约数，或把输出通道数改为 {{groups}} 的倍数。',
  'layers/window:height': '高',
  'layers/window:width': '宽',
  'layers/window:kernel-larger-than-input': '卷积核的{{side}}为 {{span}}，而填充后的输入只有 {{padded}}。',
  'layers/window:kernel-larger-than-input/hint': '用更小的核、更多的填充，或在此层之前减少步幅和池化。',
  'layers/window:kernel-larger-than-input:dilated':
    '卷积核的{{side}}为 {{span}}（{{kernel}}，空洞率 {{dilation}}），而填充后的输入只有 {{padded}}。',
  'layers/window:kernel-larger-than-input:dilated/hint':
    '用更小的核、更多的填充，或在此层之前减少步幅和池化。',
  'layers/concat:batch': '批次',
  'layers/concat:channels': '通道数',
  'layers/concat:height': '高',
  'layers/concat:width': '宽',
  'layers/concat:axis': '轴 {{axis}}',
  'layers/concat:shapes-differ:rank': '拼接需要维数相同的输入，得到 {{first}} 和 {{other}}。',
  'layers/concat:shapes-differ:rank/hint': '两者都展平，或都不展平。',
  'layers/concat:shapes-differ:extent': '拼接需要相同的{{axis}}，得到 {{first}} 和 {{other}}。',
  'layers/concat:shapes-differ:extent/hint': '让所有分支尺寸一致：相同的步幅，以及保持尺寸的填充。',
} as const satisfies MessageTable;
