import type { RuleTexts } from '../../lint/rules.ts';

/** What design rules find, and what their fixes do, in simplified Chinese. */
export const findings = {
  'any:node': '“{{name}}”',
  'any:inside': '“{{block}}”内的“{{name}}”',
  'any:timed': '{{says}}预测在本机上：{{now}}；遵守规则则为 {{kept}}。',
  'any:rivals': '{{says}}预测在本机上：{{now}}；基准为 {{baseline}}。',
  'any:spent': '{{says}}预测在本机上：{{now}}。',
  'any:added': '{{says}}预测在本机上：遵守规则要多花 {{kept}}。',
  'any:here': '{{says}}预测在本机上：此处 {{now}}。',
  'any:network': '{{says}}预测在本机上：整个网络 {{now}}。',
  'any:free': '{{says}}预测在本机上：此处不花时间。',
  'residual-shape-match:differ': '“{{name}}”把 {{target}} 与 {{other}}（来自“{{from}}”）相加，两者不一致。',
  'residual-shape-match:project':
    '“{{name}}”把 {{target}} 与 {{other}}（来自“{{from}}”）相加，两者不一致。在捷径上加一个 1×1 卷积可使它们一致，需 {{macs}} 次乘加和 {{weights}} 个参数。',
  'residual-shape-match:projection': '用 1×1 卷积把“{{from}}”投影到 {{target}}',
  'over-budget:macs': '次乘加',
  'over-budget:params': '个参数',
  'over-budget:memory': '字节的激活内存峰值',
  'over-budget:over': '{{actual}} {{noun}}，比{{asked}}的 {{bound}} 多 {{off}}。',
  'over-budget:under': '{{actual}} {{noun}}，比{{asked}}的 {{bound}} 少 {{off}}。',
  'over-budget:absolute': '预算允许',
  'over-budget:allowed': '基准的 {{share}} 所允许',
  'over-budget:wanted': '基准的 {{share}} 所要求',
  'over-budget:aShare': '一定比例',
  'over-budget:unpinned': '预算按基准的{{share}}限制{{noun}}，但尚未设定基准。请设定基准，或给出绝对限制。',
  'over-budget:unplanned': '本引擎无法运行此网络，因此无法按此计法判断内存限制。请以其他计法统计峰值。',
  'over-budget:spare': '{{actual}} {{noun}}，比基准少 {{off}}：预算还留有 {{left}} 的余量。',
  'over-budget:narrow': '收窄各层，直到满足预算',
  'over-budget:widen': '加宽各层，直到满足预算',
  'over-budget:atMost': '改为至多 {{share}}',
  'unreachable-node:unfed': '没有输入能到达“{{name}}”：它不参与网络的计算。',
  'unreachable-node:unused': '没有输出依赖“{{name}}”：它不参与网络的计算。',
  'unreachable-node:spends': '{{lost}}总计中却计入了它的 {{macs}} 次乘加和 {{weights}} 个参数。',
  'unreachable-node:works': '{{lost}}它需要 {{operations}} 次运算。',
  'unreachable-node:remove': '删除“{{name}}”',
  'unreachable-node:connect': '连接“{{from}}”到“{{to}}”',
  'consecutive-linear-without-activation:linear':
    '“{{first}}”与“{{second}}”之间没有非线性，两者的计算能力不超过一层，却要 {{macs}} 次乘加和 {{weights}} 个参数。',
  'consecutive-linear-without-activation:activate': '在“{{spot}}”之后加一个 ReLU',
  'redundant-bias-before-bn:undone': '“{{name}}”的偏置会被“{{norm}}”抵消，因为后者减去每个通道的均值。',
  'redundant-bias-before-bn:idle':
    '“{{name}}”的偏置会被“{{norm}}”抵消，因为后者减去每个通道的均值：{{channels}} 个参数不起作用。',
  'redundant-bias-before-bn:remove': '去掉偏置',
  'redundant-activation:idle': '“{{name}}”不改变任何值：“{{origin}}”的输出本来就非负。',
  'redundant-activation:spends': '{{idle}}它花费 {{values}} 次运算，并读写同样多的数值。',
  'redundant-activation:remove': '删除“{{name}}”',
  'prefer-gap-over-large-fc:large':
    '“{{name}}”有 {{params}} 个参数，占设计的 {{share}}，因为它的输入是展平后的 {{map}} 特征图。',
  'prefer-gap-over-large-fc:average':
    '“{{name}}”有 {{params}} 个参数，占设计的 {{share}}，因为它的输入是展平后的 {{map}} 特征图。改用全局平均池化加一个全连接层可节省 {{saved}} 个参数。',
  'prefer-gap-over-large-fc:replace': '用全局平均池化和“{{last}}”替换网络头部',
  'deep-plain-needs-shortcuts:deep':
    '“{{name}}”是没有捷径的第 {{run}} 个连续带权重层；超过约 {{most}} 层的普通网络比更浅的训练得更差。每两三层把输入加到输出上：此处 {{values}} 次加法，不增加参数。',
  'pixels-dropped-by-stride:unseen':
    '“{{name}}”的窗口从未覆盖其 {{map}} 输入的最后{{what}}，共 {{values}} 个数值。',
  'pixels-dropped-by-stride:both': '{{height}}和{{width}}',
  'pixels-dropped-by-stride:row': '一行',
  'pixels-dropped-by-stride:rows': '{{count}} 行',
  'pixels-dropped-by-stride:column': '一列',
  'pixels-dropped-by-stride:columns': '{{count}} 列',
  'pixels-dropped-by-stride:roundUp': '向上取整，使最后一个窗口覆盖它们',
  'pixels-dropped-by-stride:pad': '填充 {{padding}}，使最后一个窗口覆盖它们',
  'vgg-conv-3x3:other': '{{name}}用的是 {{broken}}；VGG 的卷积都是 3×3、步幅 1、填充 1。',
  'vgg-conv-3x3:costs':
    '{{conv}}它花费 {{macs}} 次乘加和 {{weights}} 个权重；按 VGG 的做法则为 {{afterMacs}} 次和 {{after}} 个。',
  'vgg-conv-3x3:kernel': '{{height}}×{{width}} 卷积核',
  'vgg-conv-3x3:stride': '步幅 {{stride}}',
  'vgg-conv-3x3:dilation': '空洞率 {{dilation}}',
  'vgg-conv-3x3:padding': '填充 {{padding}}',
  'vgg-conv-3x3:make': '改为 3×3、步幅 1、填充 1',
  'vgg-conv-3x3:pools': '改为 3×3，并用 2×2 池化缩小特征图',
  'vgg-pool-2x2:other': '{{name}}是 {{kernel}}、步幅 {{stride}} 的最大池化；VGG 的池化都是 2×2、步幅 2。',
  'vgg-pool-2x2:padded':
    '{{name}}是 {{kernel}}、步幅 {{stride}}、填充 {{padding}} 的最大池化；VGG 的池化都是 2×2、步幅 2。',
  'vgg-pool-2x2:reads': '{{pool}}它读取 {{reads}} 个数值；2×2 只读取 {{after}} 个，每个一次。',
  'vgg-pool-2x2:make': '改为 2×2、步幅 2',
  'vgg-double-channels:same':
    '“{{pool}}”把 {{channels}} 通道的特征图减半，而“{{conv}}”继续用 {{got}} 个通道，{{macs}} 次乘加。用 {{wanted}} 个通道（{{after}} 次），此阶段的开销就与前一阶段相同。',
  'vgg-double-channels:widen': '把该阶段改为 {{wanted}} 个通道',
  'large-kernel-stack:large':
    '“{{name}}”是 {{kernel}}×{{kernel}} 卷积，有 {{before}} 个权重；{{count}} 个堆叠的 3×3 感受野相同，只需 {{after}} 个。',
  'large-kernel-stack:stack': '替换为 {{count}} 个堆叠的 3×3 卷积，中间加 ReLU',
  'aggressive-stem:slow':
    '{{share}} 的乘加（{{macs}}）花在特征图缩小到八分之一之前，其中“{{dearest}}”最多。第一个卷积用步幅 2 并紧接池化，只需其中一小部分。',
  'unfair-comparison:dearer':
    '{{now}} 次乘加比基准“{{baseline}}”的 {{before}} 多 {{off}}；公平的比较应在 {{tolerance}} % 以内。请收窄一些层。',
  'unfair-comparison:cheaper':
    '{{now}} 次乘加比基准“{{baseline}}”的 {{before}} 少 {{off}}；公平的比较应在 {{tolerance}} % 以内。请加宽一些层。',
  'kernel-smaller-than-stride:skips':
    '{{name}}的窗口为 {{kernel}}，步幅为 {{stride}}：{{map}} 输入的 {{share}}（每张图片 {{values}} 个值）从未被读取。',
  'kernel-smaller-than-stride:average': '先对 {{stride}} 个位置求平均，再用步幅 1',
  'deep-stem:large':
    '{{name}}以 {{kernel}} 窗口作为网络的开头，需要 {{weights}} 个权重和 {{macs}} 次乘加；改用 {{half}}、{{half}}、{{channels}} 个卷积核的三个 3×3 卷积，只需 {{after}} 个权重和 {{afterMacs}} 次乘加，中间还多两个非线性。',
  'clean-shortcut:blocked':
    '{{name}}所在的捷径两端形状相同（{{shape}}）：用恒等映射即可，省去 {{weights}} 个参数和 {{macs}} 次乘加。',
  'preactivation-deep:late':
    '{{name}}把 {{count}} 个求和传递的负值截为零，而网络深达 {{depth}} 层；像 ResNet-v2 那样把归一化和激活放在卷积之前，贯穿所有模块的路径就是干净的，同样是 {{weights}} 个参数。',
  'stage-constant-width:other':
    '{{name}}在 {{map}} 特征图上有 {{width}} 个通道，而前一个模块有 {{usual}} 个：其捷径比恒等映射多 {{weights}} 个权重。',
  'halved-map-doubles-channels:few':
    '{{name}}所在阶段在 {{map}} 特征图上有 {{width}} 个通道，前一阶段有 {{before}} 个，而特征图大 {{shrunk}} 倍：每个模块需 {{macs}} 次乘加，而不是 {{usual}} 次；用 {{wanted}} 个通道可保持开销不变。',
  'representational-bottleneck:falls':
    '所有信息都经过{{name}}，它把 {{before}} 个值减为 {{after}} 个，减少到 {{times}} 分之一。',
  'grid-reduction:pool':
    '{{name}}先把 {{before}} 个值缩小到 {{after}} 个，{{next}}再以 {{channels}} 个通道继续；在池化旁并联一个带步幅的卷积并拼接，可保留 {{both}} 个值，开销不更高。',
  'factor-asymmetric:square':
    '{{name}}在 {{map}} 特征图上用 {{n}}×{{n}} 窗口，需要 {{weights}} 个权重和 {{macs}} 次乘加；1×{{n}} 加 {{n}}×1 只需 {{after}} 个权重和 {{afterMacs}} 次乘加。',
  'factor-asymmetric:factor': '改为 1×{{n}}，并在其后加一个 {{n}}×1',
  'reduce-before-spatial:wide':
    '{{name}}用 {{kernel}} 窗口读取 {{channels}} 个通道，需要 {{macs}} 次乘加；先用 1×1 卷积降到 {{narrow}} 个通道，两者合计只需 {{after}} 次。',
  'linear-bottleneck:active':
    '{{activation}}跟在{{name}}之后，而后者以 {{channels}} 个通道结束一个深度可分离模块：其 {{values}} 个值平均有一半被置零或压缩。请去掉它。',
  'linear-bottleneck:remove': '删除“{{activation}}”',
  'expansion-range:out':
    '{{name}}把 {{from}} 个通道扩展 {{times}} 倍到 {{to}} 个：扩展后的特征图需要 {{macs}} 次乘加和 {{bytes}} 字节。常见的是 {{min}} 到 {{max}} 倍。',
  'shortcut-between-bottlenecks:none':
    '{{name}}的输出 {{shape}} 与模块的输入形状相同，但没有加上输入：求和只需 {{values}} 次加法，不需要参数。',
  'depthwise-separable-saving:dense':
    '{{name}}是普通的 {{kernel}} 卷积，需要 {{macs}} 次乘加和 {{weights}} 个参数；深度卷积加 1×1 只需 {{after}} 次乘加和 {{afterWeights}} 个参数，为其 {{share}}。',
  'separable-linear-middle:active':
    '{{activation}}位于{{name}}与其 1×1 卷积之间，需要 {{values}} 次运算；可分离卷积不加它效果更好。',
  'activation-after-depthwise:linear':
    '{{name}}与其 1×1 卷积之间没有非线性：两者合起来只是 {{values}} 个值的一个线性映射。',
  'hard-swish-late:early':
    '{{name}}作用于 {{map}} 特征图的 {{values}} 个值，图片只缩小了 {{shrunk}} 倍；在那里用 ReLU，每个值只需一次运算。',
  'hard-swish-late:relu': '改为 ReLU',
  'expensive-last-stage:before':
    '{{name}}在 {{map}} 特征图上把 {{from}} 个通道扩展到 {{to}} 个，而特征图随即被平均：需要 {{macs}} 次乘加，占设计的 {{share}}；放到平均之后只需 {{after}} 次。',
  'squeeze-excite-ratio:ratio':
    '{{name}}把 {{channels}} 个通道压缩 {{ratio}} 倍到 {{squeezed}} 个，门控有 {{weights}} 个参数；常见的是 {{min}} 到 {{max}} 倍，16 倍时需要 {{usual}} 个。',
  'equal-width-conv:uneven':
    '{{name}}把 {{from}} 个通道变为 {{to}} 个，搬运 {{bytes}} 字节，是同样 {{macs}} 次乘加、输入输出等宽时的 {{ratio}} 倍。',
  'group-count:many':
    '{{name}}在 {{channels}} 个通道上分 {{groups}} 组，需要 {{macs}} 次乘加；同样开销下不分组可有 {{dense}} 个通道，搬运的值为其 {{share}}。',
  'fragmentation:many': '{{name}}汇合 {{branches}} 个分支，共 {{macs}} 次乘加，平均每个 {{each}} 次。',
  'elementwise-share:much':
    '激活、求和与门控每张图片搬运 {{bytes}} 字节，占各层读写总量的 {{share}}；其中{{dearest}}最多。',
  'group-mixing:apart':
    '{{first}}和{{second}}都分 {{groups}} 组，且两者之间没有混合通道：后者的每个输出只能看到 {{channels}} 个通道中的 {{seen}} 个。',
  'group-mixing:shuffle': '在“{{second}}”之前加通道混洗',
  'fused-early:early':
    '{{name}}是 {{map}} 特征图上的深度卷积：连同扩展用的 1×1 需要 {{macs}} 次乘加，换成一个普通卷积需要 {{after}} 次，且能让矩阵单元满载。',
  'compound-scaling:alone':
    '深度、宽度和分辨率中只有{{what}}增大了，为基准“{{baseline}}”的 {{times}} 倍，乘加由 {{before}} 变为 {{macs}}。',
  'compound-scaling:depth': '深度',
  'compound-scaling:width': '宽度',
  'compound-scaling:resolution': '分辨率',
  'make-divisible:lost':
    '基准“{{baseline}}”中{{name}}的 {{before}} 个通道乘以 {{factor}} 为 {{scaled}}；向下取整为 {{channels}}，少了 {{share}}。取 {{wanted}} 个可保住宽度，乘加由 {{macs}} 变为 {{after}}。',
  'make-divisible:round': '改为 {{wanted}} 个通道',
  'activations-outgrow-macs:outgrow':
    '卷积写出 {{values}} 个值，是基准“{{baseline}}”的 {{times}} 倍，而乘加是其 {{macsTimes}} 倍。',
  'width-monotone:narrows':
    '{{name}}所在阶段有 {{width}} 个通道，前一阶段有 {{before}} 个：每个位置的 {{values}} 个值只保留 {{share}}。',
  'depth-monotone:shallow':
    '{{name}}所在阶段有 {{depth}} 个模块，共 {{macs}} 次乘加；特征图更大的前一阶段有 {{before}} 个。',
  'bottleneck-ratio:ratio':
    '{{name}}在两端 {{outer}} 个通道之间用 {{inner}} 个通道，b = {{ratio}}，需要 {{macs}} 次乘加；b = 1 时，其分组窗口需要 {{after}} 次。',
  'width-step:step':
    '{{name}}所在阶段的宽度是前一阶段的 {{times}} 倍（{{width}} 和 {{before}} 个通道），有 {{weights}} 个参数；常见的是 {{min}} 到 {{max}} 倍。',
  'cardinality:dense':
    '{{name}}在两个 1×1 卷积之间、{{channels}} 个通道上用普通窗口，需要 {{macs}} 次乘加；{{double}} 个通道分 32 组需要 {{after}} 次，省下的可用于更宽的 1×1。',
  'dense-growth:other':
    '{{name}}增加 {{growth}} 个通道，而前一层增加 {{usual}} 个；模块内其后的各层都要读取它们，共 {{values}} 个值。',
  'dense-bottleneck:wide':
    '{{name}}由 {{channels}} 个通道得到 {{growth}} 个，需要 {{macs}} 次乘加；先用 1×1 降到 {{narrow}} 个，则需 {{after}} 次。',
  'dense-compression:full':
    '{{name}}保留 {{from}} 个通道中的 {{to}} 个，需要 {{macs}} 次乘加；减半则开销减半，且下一模块的每一层少读 {{spared}} 个输入通道。',
  'stage-ratio:other': '各阶段有 {{blocks}} 个模块，需要 {{macs}} 次乘加；ConvNeXt 的比例约为 1:1:3:1。',
  'few-activations:many':
    '{{name}}结束的模块有 {{count}} 个激活；只用一个，每张图片可少读写 {{bytes}} 字节。',
  'few-norms:many': '{{name}}结束的模块有 {{count}} 个归一化；只用一个，每张图片可少读写 {{bytes}} 字节。',
  'norm-before-downsampling:none':
    '{{name}}在模块之外缩小 {{map}} 特征图，之前没有归一化；加一个只需 {{weights}} 个参数。',
  'patchify-stem:overlap':
    '{{name}}以 {{kernel}} 窗口、步幅 {{stride}} 开头，需要 {{macs}} 次乘加；步幅 4 的 4×4 只需 {{after}} 次。',
  'large-depthwise-needs-shortcut:alone':
    '{{name}}的窗口为 {{kernel}}，有 {{weights}} 个参数、{{macs}} 次乘加，而没有路径绕过它。',
  'channels-multiple:odd':
    '{{name}}有 {{channels}} 个通道：补齐到 {{padded}} 个时，其 {{macs}} 次乘加有 {{waste}} 白白浪费。',
  'channels-multiple:round': '改为 {{padded}} 个通道',
  'depthwise-on-matrix-units:narrow':
    '{{name}}分 {{groups}} 组，每组 {{each}} 个通道：其 {{macs}} 次乘加用不上矩阵单元；换成普通卷积需要 {{dense}} 次。',
  'low-intensity:low':
    '{{name}}读写 {{bytes}} 字节，做 {{macs}} 次乘加，每字节 {{intensity}} 次，而机器的平衡点为 {{balance}}；它搬运全部字节的 {{share}}。',
  'unproductive-layers:idle':
    '{{name}}等共 {{count}} 个卷积读取的特征图，每个位置都已看到整张 {{picture}} 图片（至少 {{field}} 像素）：{{macs}} 次乘加和 {{weights}} 个参数没有扩大视野。',
  'receptive-field-reaches:short':
    '{{name}}的感受野最大，为边长 {{side}} 像素中的 {{field}}，即 {{share}}，其前共 {{macs}} 次乘加。',
  'dilation-gridding:grid':
    '{{name}}是连续 {{count}} 个空洞卷积的最后一个，空洞率 {{dilations}} 有公约数 {{divisor}}：周围每 {{all}} 个位置只读一个，需要 {{macs}} 次乘加；用 1、2、5 这样的空洞率可全部读到。',
  'even-kernel-shift:even':
    '{{name}}的窗口为 {{kernel}}，步幅 1：每经过一次，特征图移动半个位置，{{weights}} 个参数要学着抵消它。',
  'even-kernel-shift:odd': '改为 {{kernel}}',
  'alias-before-stride:alias':
    '{{name}}在 {{map}} 特征图上每 {{of}} 个位置取一个，之前没有模糊；固定的 3×3 模糊需要 {{macs}} 次乘加。',
  'pool-before-relu:late':
    '{{name}}在取最大值之前要处理 {{before}} 个值，放到其后只需 {{after}} 个，结果相同。',
  'pool-before-relu:swap': '放到“{{pool}}”之后',
  'dropout-before-norm:shift':
    '{{name}}丢弃到达{{norm}}的值的 {{share}}：后者为 {{channels}} 个通道学到的方差可达运行时的 {{times}} 倍。',
  'saturating-deep:deep':
    '{{name}}是接连第 {{count}} 个会饱和的激活，其间没有归一化，也没有捷径：它之前的 {{weights}} 个参数所得的梯度每经过一个就缩小一次。请用 ReLU，或在其间归一化。',
  'group-norm-groups:few':
    '{{name}}每次归一化 {{each}} 个通道，即 {{channels}} 个通道分 {{groups}} 组：每个均值取自 {{values}} 个数值；每组 {{min}} 到 {{max}} 个效果最好。',
  'no-local-response-norm:lrn':
    '{{name}}需要 {{ops}} 次运算和 {{values}} 个值的特征图，而 VGG 发现它没有收益。',
  'no-local-response-norm:remove': '删除“{{name}}”',
  'softmax-twice:twice': '{{name}}对 softmax 再做 softmax：{{classes}} 个类别中没有一个能超过 {{most}}。',
  'softmax-twice:remove': '删除“{{name}}”',
  'divisible-input:odd':
    '{{name}}把 {{map}} 特征图缩小 {{stride}} 倍：余下的 {{rest}} 行和列（{{values}} 个值）在重新放大时没有对应位置。',
  'memory-hotspot:peak':
    '运行{{name}}时有 {{bytes}} 字节同时存活，是各步中位数的 {{times}} 倍：网络其余部分只需 {{median}}。',
  'cost-hotspot:dear':
    '{{name}}需要 {{macs}} 次乘加，占设计的 {{share}}；{{layers}} 层平均每层为 {{mean}} 次。',
  'sram-fits:over': '以 int8 计，同时存活的激活为 {{bytes}} 字节，比目标的 {{limit}} 多 {{over}}。',
  'flash-fits:over': '以 int8 计，权重为 {{bytes}} 字节，比目标的 {{limit}} 多 {{over}}。',
  'dead-taps:dead':
    '{{name}}的 {{taps}} 个采样点中，有 {{dead}} 个只会碰到其 {{map}} 特征图的填充：{{weights}} 个参数和 {{macs}} 次乘加不起作用。',
  'squeeze-ratio:ratio':
    '{{name}}压缩到 {{squeezed}} 个通道，再扩展到 {{expanded}} 个，比例为 {{ratio}}，有 {{weights}} 个参数；{{min}} 到 {{max}} 较为合适。',
  'late-downsampling:early':
    '{{layers}} 个卷积中有 {{count}} 个（{{share}}）、{{weights}} 个参数作用于缩小到十六分之一以下的特征图；倒数第二次下采样在{{name}}。',
  'transposed-checkerboard:uneven':
    '{{name}}的窗口为 {{kernel}}，步幅 {{stride}}：它给出的 {{positions}} 个位置中，有的被 {{most}} 个窗口覆盖，有的被 {{least}} 个覆盖。',
  'transposed-checkerboard:even': '改为 {{kernel}}',
  'generator-ends-bounded:open':
    '{{name}}直接给出图片的 {{values}} 个值，没有限制范围；在其后加 tanh 需要同样多次运算。',
  'generator-ends-bounded:bound': '在“{{name}}”之后加一个 tanh',
  'generator-norm-at-end:norm':
    '{{name}}用 {{weights}} 个参数把图片的 {{channels}} 个颜色通道各自固定为一个均值和一个离散程度。',
  'generator-norm-at-end:remove': '删除“{{name}}”',
  'generator-learns-sampling:pool':
    '{{name}}按固定规则缩小特征图；换成带步幅的卷积，用 {{weights}} 个参数即可学到。',
  'idle-layer:idle': '{{name}}原样返回所得到的值，却要复制 {{values}} 个值。',
  'idle-layer:remove': '删除“{{name}}”',
} as const satisfies RuleTexts;
