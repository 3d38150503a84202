import type { RuleId } from '../../lint/rules.ts';

/** What a rule asks, why, and who says so. */
interface RulePage {
  readonly title: string;
  readonly why: string;
  readonly source: string;
}

/** Design rules, in simplified Chinese. */
export const rules = {
  'residual-shape-match': {
    title: '捷径的形状与所加的相同',
    why: 'y = F(x) + x 逐元素相加，因此 F(x) 与 x 的通道数、高和宽必须相同。模块带步幅或改变通道数时，恒等映射不再适用：用步幅相同的 1×1 卷积把 x 投影到新的形状，需要 C_in·C_out 个权重（论文的方案 B）。其余各处保持恒等映射，因为它没有开销，梯度也原样传回。',
    source: 'He, Zhang, Ren 和 Sun 2015，第 3.2、4.1 节',
  },
  'over-budget': {
    title: '设计满足预算',
    why: '预算是作者的承诺：至多多少次乘加、多少参数或多少字节的激活，或与基准大致相当。开销相等，两个设计才可比较；每次修改都长一点的网络，很快就会变慢。',
    source: 'Johnson, EECS 498-007（密歇根大学），第 8 讲',
  },
  'unreachable-node': {
    title: '每个节点都位于输入与输出之间',
    why: '没有输入能到达的节点什么也不计算，到达不了任何输出的节点白白计算。导出和运行都会略去它们，计入总量的开销就成了虚数。',
    source: 'ONNX 规范：计算图就是其输出所依赖的一切',
  },
  'consecutive-linear-without-activation': {
    title: '线性层之间要有非线性',
    why: 'W₂(W₁x + b₁) + b₂ = (W₂W₁)x + (W₂b₁ + b₂)：两层之间没有非线性，计算能力就不超过一层，却要付两层的代价。推理时的批归一化、dropout、展平和求平均也都是线性的，无济于事。有三种情况是有意为之，不会提示：中间的窄层（低秩分解，节省权重）；深度卷积或分组卷积（按通道分解）；以及用学得的插值放大得分图，即在收窄的 1×1 之后接一个通道数相同的转置卷积：合成一层就得在放大后的每个位置上收窄。',
    source:
      'Goodfellow, Bengio 和 Courville 2016，第 6.1 节；Sandler 等，2018（线性瓶颈）；Long 等，2014（学得的插值）',
  },
  'redundant-bias-before-bn': {
    title: '批归一化之前不要偏置',
    why: '批归一化减去每个通道的均值，之前加上的任何常数也随之减去：BN(w·x + b) = BN(w·x)。它自己的平移 β 承担了偏置的作用。偏置需要 C_out 个参数和每个元素一次加法，而梯度为零。训练好的偏置 b 可以去掉而不引起任何变化，只要把运行均值减去 b。',
    source: 'Ioffe 和 Szegedy 2015，第 3.2 节',
  },
  'redundant-activation': {
    title: '非负的值不需要 ReLU',
    why: 'x ≥ 0 时 max(0, x) = x：在另一个 ReLU、sigmoid 或 softmax 之后，或在它们的池化、平均之后，ReLU 不改变任何值，却要每个元素一次运算和一份特征图的内存。',
    source: 'ReLU 的定义',
  },
  'prefer-gap-over-large-fc': {
    title: '用全局平均池化代替大的全连接层',
    why: '作用于展平后 C×H×W 特征图的全连接层，每个输出有 C·H·W 个权重：VGG-16 的 fc6 有 512·7·7·4096 = 102,760,448 个，而整个网络为 1.38 亿个。全局平均池化 y_c = x_c 在 H×W 上的均值，只留下 C 个值；其后一个全连接层需要 C·类别数 个权重。GoogLeNet 这样结尾，总共只有 700 万个参数。它还能接受任意尺寸的输入，并且更不易过拟合。',
    source: 'Lin, Chen 和 Yan 2013，第 3.2 节；Szegedy 等，2014，第 5 节',
  },
  'deep-plain-needs-shortcuts': {
    title: '深层网络需要捷径',
    why: '层数增加时，训练误差先降后升：34 层的普通网络连训练集都拟合得比 18 层的差。这不是过拟合，而是难以优化：梯度在回传途中衰减，而本应照搬输入的层又不容易学会。有了 y = F(x) + x，学习恒等映射毫不费力，只需 F(x) = 0，几百层也能训练。VGG-19 和 GoogLeNet（22 层，靠辅助分类器补充梯度）标出了没有捷径时能走多远。深度卷积与其后的 1×1 合算一层：它们是一个卷积的两个因子。',
    source: 'He, Zhang, Ren 和 Sun 2015，第 1 节和图 4；因子见 Howard 等，2017（MobileNets）',
  },
  'pixels-dropped-by-stride': {
    title: '窗口覆盖最后一行和一列',
    why: 'out = floor((in + padding − kernel) / stride) + 1 向下取整：除法有余数时，底部和右侧就有相应多的行和列不被任何窗口看到，特征图也会偏移不到一个像素。这里只计真实像素；没有看到的填充无关紧要。',
    source: 'Dumoulin 和 Visin 2016，第 2.3 和 2.4 节',
  },
  'vgg-conv-3x3': {
    title: '卷积为 3×3、步幅 1、填充 1',
    why: '两个堆叠的 3×3 卷积与一个 5×5 看到同样的 5×5 个像素，权重为 2·9C² = 18C² 而不是 25C²，每个位置的乘加也是如此，中间还多一个非线性；三个看到 7×7，为 27C² 而不是 49C²。所有卷积都是 3×3、步幅 1、填充 1 时，特征图保持尺寸，只有池化缩小它：卷积核大小不再是超参数，加深网络也不必从头再来。',
    source: 'Simonyan 和 Zisserman 2014，第 2.3 节',
  },
  'vgg-pool-2x2': {
    title: '最大池化为 2×2、步幅 2',
    why: '步幅 2 的 2×2 池化恰好把特征图减半，窗口互不重叠。配合通道数加倍，每个阶段的开销保持不变：高和宽减半、通道数加倍时，3×3 卷积需要 9·(2C)·(2C)·(H/2)·(W/2) = 9C²HW 次乘加，与之前相同。',
    source: 'Simonyan 和 Zisserman 2014，第 2.1 节',
  },
  'vgg-double-channels': {
    title: '池化之后通道数加倍',
    why: '池化去掉四分之三的位置。通道数加倍后，3×3 卷积需要 9·(2C)²·(H/2)·(W/2) = 9C²HW 次乘加，恰与之前相同：每个阶段分到同样的计算量，而特征图的内存减半。通道数不变则后面的阶段得不到足够的计算。VGG 止于 512 个通道，那里的权重（每个阶段四倍）开始得不偿失。',
    source: 'Simonyan 和 Zisserman 2014，第 2.1 节',
  },
  'large-kernel-stack': {
    title: '用堆叠的小卷积核代替一个大卷积核',
    why: '两个 3×3 卷积与一个 5×5 看到同样的 5×5 个像素，三个与一个 7×7 看到同样的 7×7 个像素，权重和每个位置的乘加为 18C² 而不是 25C²、27C² 而不是 49C²，每两个之间还有一个非线性。只有堆叠确实更省时才会提示：大卷积核把少量通道扩展到很多时并不更省。',
    source: 'Simonyan 和 Zisserman 2014，第 2.3 节',
  },
  'aggressive-stem': {
    title: '主干起始部分迅速缩小特征图',
    why: '大特征图上的卷积最贵：权重相同时，112×112 上一层的开销是 28×28 上的十六倍。GoogLeNet 用三个卷积和两个池化从 224 降到 28 像素，只需 12.4 万个参数和 4.78 亿次乘加；VGG-16 到达同样尺寸的各阶段需要 170 万个参数和 93 亿次乘加，占网络的 60 %。',
    source: 'Szegedy 等，2014，第 5 节',
  },
  'unfair-comparison': {
    title: '改动的开销与被替换的部分相当',
    why: '乘加更多的网络通常仅凭这一点就更好。把改动后的网络与原网络对比时，两者的开销必须大致相同，否则比较说明不了改动背后的想法，多余的层也会悄悄混入。',
    source: 'Johnson, EECS 498-007（密歇根大学），第 8 讲',
  },
  'kernel-smaller-than-stride': {
    title: '窗口读取它跨过的每个位置',
    why: 'k 个位置的窗口以 s > k 的步幅移动，从不读取中间的位置：步幅 2 的 1×1 卷积每四个位置只看一个，1 − (k/s)² = 75 % 的输入未读就被丢弃，尽管前面的层已经为它付出了开销。ResNet-50 在每个投影捷径中都是如此。改在 3×3 中取步幅，或在 1×1 之前做 2×2 平均（ResNet-D），就能读取全部，几乎不增加开销。',
    source: 'He, Zhang, Zhang, Zhang, Xie 和 Li 2018（Bag of tricks for image classification）；窗口的算术',
  },
  'deep-stem': {
    title: '用三个 3×3 卷积代替 7×7 的起始层',
    why: '通道数相同时，7×7 的开销是 3×3 的 49/9 = 5.4 倍。三个 3×3 卷积（步幅 2、1、1；32、32、64 个卷积核）看得更远，中间多两个非线性，并使 ResNet-50 更准确（ResNet-C）；Inception-v2 和 Inception-v3 也这样开头。它们的乘加总数更多，因为在大特征图上以更多的输入通道运行：提示中会写明数目。',
    source:
      'He, Zhang, Zhang, Zhang, Xie 和 Li 2018（Bag of tricks for image classification）；Szegedy 等，2015（Rethinking the Inception architecture）',
  },
  'clean-shortcut': {
    title: '能用恒等映射的捷径上不放任何层',
    why: '用恒等捷径时 x_L = x_l + Σ F(x_i)：信号和梯度原样到达每个模块。这条路径上的任何东西——缩放、门控、1×1 卷积、dropout 或激活——都会逐块相乘。He 等人在 110 层的网络上逐一试验：都比恒等映射（CIFAR-10 上错误率 6.6 %）差：用 1×1 卷积为 12 %，用 dropout 超过 20 %。形状改变处才需要投影。',
    source: 'He, Zhang, Ren 和 Sun 2016（Identity mappings in deep residual networks），3.1 节和表 1',
  },
  'preactivation-deep': {
    title: '很深的残差网络先激活再卷积',
    why: '求和之后的 ReLU 位于贯穿网络的每条路径上：信号每经过一个模块就被截为非负一次，几百个模块之后训练变得困难。把归一化和 ReLU 放在每个卷积之前（预激活），从损失到每个模块的路上就只有求和。收益随深度增长：CIFAR 上 1001 层的错误率从 7.6 % 降到 4.9 %，而 ResNet-152 只改善 0.2 %。',
    source: 'He, Zhang, Ren 和 Sun 2016（Identity mappings in deep residual networks），表 3 和表 5',
  },
  'stage-constant-width': {
    title: '同一尺寸特征图上的模块宽度一致',
    why: 'ResNet 的第一条规则：特征图尺寸相同，卷积核数就相同。这样捷径在整个阶段都是恒等映射；宽度不同的模块需要 C_in·C_out 个权重的投影，并打断干净的路径。',
    source: 'He, Zhang, Ren 和 Sun 2015（Deep residual learning for image recognition）',
  },
  'halved-map-doubles-channels': {
    title: '特征图减半，通道数加倍',
    why: 'ResNet 的第二条规则：特征图减半时卷积核数加倍，使模块的开销处处相同：9·(2C)²·(H/2)·(W/2) = 9·C²·H·W。通道更少，后面的阶段就得不到足够的计算；更多，后面的阶段就变成最贵的部分。',
    source:
      'He, Zhang, Ren 和 Sun 2015（Deep residual learning for image recognition）；Xie 等，2016（ResNeXt）',
  },
  'representational-bottleneck': {
    title: '表示的规模平缓缩小',
    why: '描述一张图片的数值个数应从输入到输出缓慢下降：一层丢弃的信息，后面哪一层也找不回来。不增加通道时，特征图减半就是缩小 4 倍；在头部之前一步缩小得更多，等于让网络穿过针眼。',
    source: 'Szegedy 等，2015（Rethinking the Inception architecture）',
  },
  'grid-reduction': {
    title: '用两个分支同时缩小网格',
    why: '在增加通道之前池化会形成瓶颈（数值减到四分之一）；在池化之前增加通道，开销是四倍。Inception-v3 两者同时进行：带步幅的卷积与池化并列并拼接，开销少三分之一，也没有瓶颈。',
    source: 'Szegedy 等，2015（Rethinking the Inception architecture）',
  },
  'factor-asymmetric': {
    title: '中等特征图上的大窗口分解为 1×n 和 n×1',
    why: 'n×n 卷积看到的，1×n 和 n×1 前后相接也能看到，每对通道只需 2n 而不是 n² 个权重：减少 1 − 2/n，n = 7 时为 71 %。它在宽 12 到 20 个位置的特征图上效果好，在靠前的特征图上则不然。',
    source: 'Szegedy 等，2015（Rethinking the Inception architecture），3.2 节；权重的算术',
  },
  'reduce-before-spatial': {
    title: '较大的窗口之前用 1×1 卷积降低通道数',
    why: 'C 个通道上的 k×k 卷积每个位置需要 k²·C·C′ 次。它的输入在通道间是相关的，因此用 1×1 卷积降到 C/4 损失很小，开销变成 C²/4 + k²·C·C′/4：接近四分之一。GoogLeNet 在每个 3×3 和 5×5 之前降通道，ResNet-50 在每个模块中都这样做。',
    source: 'Szegedy 等，2014（Going deeper with convolutions）；Lin, Chen 和 Yan 2013（Network in network）',
  },
  'linear-bottleneck': {
    title: '收窄的 1×1 卷积之后不加激活',
    why: '经过少量通道的信息位于低维曲面上，那里的 ReLU 会丢弃被截去的部分：丢失的信息后面哪一层也找不回来。MobileNetV2 的每个模块以 1×1 卷积加归一化结束，别无其他；在那里加非线性效果更差。MobileNetV1 在每个卷积之后都有 ReLU。',
    source: 'Sandler 等，2018（MobileNetV2: inverted residuals and linear bottlenecks）',
  },
  'expansion-range': {
    title: '倒残差扩展数倍，而不是很多倍',
    why: '倒残差在两端通道数的 t 倍上工作。MobileNetV2 发现 t 在 5 到 10 之间效果相近，较小的网络宜小一些，较大的宜大一点；它自己用 6。第一个模块常用 t = 1，没有 1×1。开销随 t 增长，扩展后特征图的内存也一样。',
    source: 'Sandler 等，2018（MobileNetV2: inverted residuals and linear bottlenecks），第 4 节',
  },
  'shortcut-between-bottlenecks': {
    title: '形状不变的倒残差加上输入',
    why: '倒残差保持形状时，加上输入只需窄特征图每个元素一次加法，并让梯度通过。MobileNetV2 比较了捷径连在窄端之间、宽端之间和没有捷径：连在窄端之间最好。',
    source: 'Sandler 等，2018（MobileNetV2: inverted residuals and linear bottlenecks）',
  },
  'depthwise-separable-saving': {
    title: 'k×k 卷积可以拆成深度卷积加 1×1',
    why: '普通的 k×k 卷积每个位置需要 k²·C·C′ 次；深度 k×k 加其后的 1×1 需要 k²·C + C·C′ 次，为其 1/C′ + 1/k²：3×3 时减少到八分之一至九分之一。MobileNet 在 ImageNet 上因此损失 1 % 的准确率（71.7 % 降至 70.6 %）。',
    source: 'Howard 等，2017（MobileNets），4.1 节和表 4',
  },
  'separable-linear-middle': {
    title: '深度卷积与其 1×1 之间没有非线性',
    why: 'Xception 试验了可分离卷积的深度卷积与 1×1 之间用 ReLU、ELU 和什么都不加：什么都不加学得最快，最终也最好；这与 Inception 模块不同，后者中间的空间很深。ShuffleNet 同样不加。',
    source: 'Chollet 2016（Xception）；Zhang 等，2017（ShuffleNet）',
  },
  'activation-after-depthwise': {
    title: '每个深度卷积之后都有激活',
    why: 'MobileNet 在深度卷积之后和 1×1 之后一样放归一化和 ReLU：采用线性瓶颈时，这是倒残差读取周围之后唯一的非线性之处。没有它，深度卷积和其后的 1×1 就是一个线性映射。',
    source: 'Howard 等，2017（MobileNets）；Sandler 等，2018（MobileNetV2）',
  },
  'hard-swish-late': {
    title: 'hard swish 用在特征图小的地方',
    why: 'hard swish 即 x·ReLU6(x + 3)/6，每个元素需要几次运算，而 ReLU 只需一次。它的收益大多来自更深的层，那里特征图小，开销低：MobileNetV3 除了 16 个卷积核的第一个卷积外，从图片尺寸的八分之一起才使用它。',
    source: 'Howard 等，2019（Searching for MobileNetV3）',
  },
  'expensive-last-stage': {
    title: '最后一次扩展放在平均之后',
    why: '在即将平均的最后一幅特征图上扩展的 1×1 卷积要在每个位置上运行；放到平均之后只运行一次。在 7×7 特征图上可省 49 倍。MobileNetV3 把它和相邻的层移到那里，节省 11 % 的时间，几乎没有损失。中间有激活时，它不再是同一个函数。',
    source: 'Howard 等，2019（Searching for MobileNetV3），5.1 节',
  },
  'squeeze-excite-ratio': {
    title: '压缩激励压缩 2 到 32 倍',
    why: 'C 个通道压缩到 C/r 的门控有 2C²/r 个权重。SENet 试验了 r = 2 到 32：准确率几乎不变，参数却变化很大，16 是它的折中。压缩太少，权重白费；压缩太多，门控什么也看不到。',
    source: 'Hu 等，2017（Squeeze-and-excitation networks）',
  },
  'equal-width-conv': {
    title: '1×1 卷积保持宽度（G1）',
    why: '在 h·w 个位置上把 c₁ 个通道变成 c₂ 个的 1×1 卷积要搬运 hw(c₁ + c₂) + c₁c₂ 个值。乘积 c₁c₂ 相同（即乘加相同）时，c₁ = c₂ 处最小：下界为 2√(hwB) + B/hw，其中 B = hw·c₁c₂。ShuffleNetV2 测得 1:12 时的速度不到 1:1 的一半。1:2 的宽度只搬运下界的 1.06 倍，不会提示；在大特征图上 1:6 为 1.43 倍。',
    source: 'Ma 等，2018（ShuffleNet V2）',
  },
  'group-count': {
    title: '分组要少，或每个通道一组（G2）',
    why: '乘加 B 相同时，g 个分组的 1×1 卷积搬运 hw·c₁ + Bg/c₁ + B/hw 个值，随 g 增长：权重更少，但特征图更宽。ShuffleNetV2 在 GPU 上测得，乘加相同时八个分组比一个慢一倍以上。深度卷积不在此列。',
    source: 'Ma 等，2018（ShuffleNet V2）',
  },
  fragmentation: {
    title: '并列的分支要少（G3）',
    why: '许多小运算并列，不如一个大运算能用好机器：每个都要启动和等待。ShuffleNetV2 在 GPU 上测得，乘加相同时四个并列分支的速度只有一个的三分之一。在 CPU 的单核上影响较小。',
    source: 'Ma 等，2018（ShuffleNet V2），准则 3 和表 3',
  },
  'elementwise-share': {
    title: '逐元素运算并非没有代价（G4）',
    why: 'ReLU 或求和几乎不需要乘加，但要读写整幅特征图：ShuffleNetV2 去掉瓶颈块中的这两者，速度提高约五分之一。能把激活融合进前面卷积的引擎可省去一半；求和与门控仍然存在。',
    source: 'Ma 等，2018（ShuffleNet V2），准则 4 和表 4',
  },
  'group-mixing': {
    title: '分组卷积之间要混合各组',
    why: '分组时，输出只能看到本组的输入。两个分组卷积相连而中间不混合通道，各组就彼此隔离：网络变成 g 个并列的窄网络。通道混洗没有开销就能补救；不分组的 1×1 卷积也可以。',
    source: 'Zhang 等，2017（ShuffleNet）',
  },
  'fused-early': {
    title: '大特征图上普通 3×3 比深度卷积快',
    why: '深度卷积的乘加少，却用不好机器：搬运的字节与计算一样多。EfficientNetV2 发现，在前三个阶段把 1×1 和深度 3×3 换成一个普通 3×3（Fused-MBConv），虽然乘加和参数更多，训练却更快；全部阶段都换则不然。提示中会写明此处的开销。',
    source: 'Tan 和 Le 2021（EfficientNetV2）',
  },
  'compound-scaling': {
    title: '深度、宽度和分辨率一起增大',
    why: '只增大深度、宽度或分辨率之一，收益越来越小。EfficientNet 三者同时增大：乘加每翻一倍，深度乘 1.2、宽度乘 1.1、分辨率乘 1.15，α·β²·γ² ≈ 2。此规则把设计与所设的基准比较。',
    source: 'Tan 和 Le 2019（EfficientNet）',
  },
  'make-divisible': {
    title: '缩放后的宽度取整不少于十分之九',
    why: '网络按系数变窄或变宽时，宽度取整为 8 的倍数。最近的倍数可能小得多：32 个通道的 0.35 倍为 11.2，取 8 就少了 29 %。MobileNet 的参考代码在最近的倍数低 10 % 以上时取上一个倍数，此处为 16：窄层余地最小，应当保住宽度。此规则把设计与所设的基准比较，以多数通道所乘的倍数为系数。',
    source: 'Sandler 等，2018（MobileNetV2），其参考代码：_make_divisible；取整的算术',
  },
  'activations-outgrow-macs': {
    title: '激活的增长不快于乘加',
    why: '在受内存限制的机器上，卷积写出的值比乘加更能预测时间。值的增长远快于乘加的改动，会使网络比计数显示的更慢。此规则把设计与所设的基准比较。',
    source:
      'Radosavovic 等，2020（Designing network design spaces）；Dollár, Singh 和 Girshick 2021（Fast and accurate model scaling）',
  },
  'width-monotone': {
    title: '各阶段不变窄',
    why: '在 RegNet 所依据的网络群体中，好的网络宽度逐阶段增长（AnyNetX-D）：w_{i+1} ≥ w_i。变窄的阶段会丢弃前一阶段算出的东西。',
    source: 'Radosavovic 等，2020（Designing network design spaces）',
  },
  'depth-monotone': {
    title: '除最后一个外，各阶段越来越深',
    why: '在 RegNet 所依据的网络群体中，好的网络在后面的阶段有更多模块（AnyNetX-E）：d_{i+1} ≥ d_i，最后一个阶段除外。大特征图上的模块在乘加相同时搬运更多的值。',
    source: 'Radosavovic 等，2020（Designing network design spaces）',
  },
  'bottleneck-ratio': {
    title: '带分组卷积的模块没有瓶颈',
    why: 'RegNet 对瓶颈比例的搜索结果是 b = 1：3×3 分组的模块里，内部宽度等于外部宽度。开销相等时，瓶颈（ResNeXt）和倒瓶颈都不更好。',
    source: 'Radosavovic 等，2020（Designing network design spaces）',
  },
  'width-step': {
    title: '各阶段宽度约为前一阶段的 2.5 倍',
    why: 'RegNet 最好的模型中，宽度逐阶段乘以 2 到 3 的系数 w_m，约为 2.5；通常的加倍是其下限。按分组取整会使个别阶段有所偏移。',
    source: 'Radosavovic 等，2020（Designing network design spaces）',
  },
  cardinality: {
    title: '瓶颈块中间分组',
    why: '开销相等时，3×3 分 32 组的瓶颈块内部可以宽一倍，且比普通 3×3 更准确：在 ImageNet 上以 ResNet-50 的开销，错误率为 22.2 % 而不是 23.9 %；增加路径比加深或加宽效果更好。',
    source: 'Xie 等，2016（Aggregated residual transformations），5.1 节和表 3',
  },
  'dense-growth': {
    title: '稠密块的各层增加同样多的通道',
    why: '稠密块的每一层读取之前的全部通道，并增加 k 个，即增长率：第 l 层有 k₀ + k·(l − 1) 个输入。小的常数 k 就够了，因为一切都仍可读取；开销随深度的平方增长，拼接时若要复制，内存也是如此。',
    source: 'Huang 等，2016（Densely connected convolutional networks）',
  },
  'dense-bottleneck': {
    title: '稠密块的各层先收窄输入',
    why: '在稠密块深处，3×3 要读取几百个通道来得到 k 个。在其前用 1×1 降到 4k 个通道（DenseNet-B），开销由 9·C·k 变为 C·4k + 9·4k·k：从 C = 7.2k 起更省。',
    source: 'Huang 等，2016（Densely connected convolutional networks）',
  },
  'dense-compression': {
    title: '稠密块之间的过渡层压缩通道',
    why: '稠密块结束时有很多通道。过渡层（1×1 卷积加平均池化）保留其中 θ = 0.5（DenseNet-C），使下一个块开头的通道减半；θ = 1 时，下一个块的每一层都要为全部通道付出开销。',
    source: 'Huang 等，2016（Densely connected convolutional networks）',
  },
  'stage-ratio': {
    title: '模块数之比为 1:1:3:1',
    why: 'ConvNeXt 采用 Swin Transformer 的模块比例 1:1:3:1（较大的为 1:1:9:1）：ResNet-50 的 3、4、6、3 变为 3、3、9、3，准确率提高 0.6 %。第三阶段在值得的特征图尺寸上完成大部分计算。',
    source: 'Liu 等，2022（A ConvNet for the 2020s），2.2 节',
  },
  'few-activations': {
    title: '每个模块一个激活',
    why: 'Transformer 模块只有一个激活，而残差块在每个卷积之后都有一个。每个模块只用一个，ConvNeXt 的准确率提高 0.7 %，而且每少一个就省去一次特征图的读写。',
    source: 'Liu 等，2022（A ConvNet for the 2020s），2.6 节',
  },
  'few-norms': {
    title: '每个模块一个归一化',
    why: 'Transformer 模块只有一个归一化，而残差块在每个卷积之后都有一个。每个模块只用一个，ConvNeXt 的准确率又提高 0.1 %，而且每少一个就省去一次特征图的读写。',
    source: 'Liu 等，2022（A ConvNet for the 2020s），2.6 节',
  },
  'norm-before-downsampling': {
    title: '每个单独的下采样之前有归一化',
    why: '阶段以单独的卷积（k = s）开头而不在残差块内时，训练会发散，直到在分辨率改变处加上归一化：ConvNeXt 在每处之前都有一个。',
    source: 'Liu 等，2022（A ConvNet for the 2020s）',
  },
  'patchify-stem': {
    title: '起始层把图片切成块',
    why: 'ConvNeXt 把 7×7、步幅 2 的起始层及其池化换成步幅 4 的 4×4 卷积，与 Vision Transformer 的开头相同：窗口不重叠，准确率不变，乘加减少。',
    source: 'Liu 等，2022（A ConvNet for the 2020s）',
  },
  'large-depthwise-needs-shortcut': {
    title: '很大的深度卷积旁边要有捷径',
    why: '旁边带恒等捷径的深度 31×31 使 MobileNetV2 更准确，没有捷径则不如 3×3：捷径使网络成为由大小感受野的路径组成的隐式集成。',
    source: 'Ding 等，2022（Scaling up your kernels to 31×31）',
  },
  'channels-multiple': {
    title: '通道数填满矩阵单元的块',
    why: '矩阵单元按块计算：float16 要求通道数为 8 的倍数，TF32 为 4，int8 为 16。其他数目会被补齐，补齐的部分算完就丢弃。由图片或类别数决定的通道数不在此列。',
    source: 'NVIDIA，深度学习性能文档',
  },
  'depthwise-on-matrix-units': {
    title: '深度卷积使矩阵单元闲置',
    why: '矩阵单元一次乘 8 个以上通道的块。每组通道更少的卷积没有这样的块：它在普通单元上运行，不多的乘加所花的时间与多得多的乘加相同。',
    source: 'NVIDIA，深度学习性能文档',
  },
  'low-intensity': {
    title: '搬运大量字节的层对每个字节做足够多的运算',
    why: '机器搬运一个字节的时间里能做若干次乘加：这是它的平衡点。一层对读写的每个字节所做的乘加若少于此数，就要等待内存；无论乘加多么少，所花时间都取决于字节（屋顶线模型）。V100 以半精度每秒做 125 · 10¹² 次运算（每次乘加算两次），搬运 900 · 10⁹ 字节：125 · 10¹² / 2 / (900 · 10⁹) ≈ 69 次乘加每字节。全连接层对单张图片每个权重只做一次，3×3 深度卷积对两个值做九次。此规则只提示占全部字节较大份额的层。',
    source:
      'Williams、Waterman 和 Patterson 2009（Roofline）；NVIDIA，GPU 性能背景；Ma 等，2018（ShuffleNet V2）',
  },
  'unproductive-layers': {
    title: '卷积比前一层看到更多的图片',
    why: '卷积读取的内容在每条路径上的感受野都已覆盖整张图片时，它的窗口不再增加上下文：每个位置都已看到全部。Richter 等人发现这样的层几乎不承担任务，可以去掉，或者把图片放大。有捷径绕过时，以最短的路径为准。',
    source: 'Richter 等，2021（Should you go deeper? Optimizing convolutional neural network architectures）',
  },
  'receptive-field-reaches': {
    title: '最后的特征图看到足够多的图片',
    why: '最后特征图的每个值只由其感受野得出。感受野只占图片的一小部分时，大的物体只能凭局部判断。真正起作用的范围还要小，呈中间高的钟形。空洞卷积、池化和求全局平均的分支都能扩大它。',
    source: 'Luo 等，2016（Understanding the effective receptive field）；Araujo, Norris 和 Sim 2019',
  },
  'dilation-gridding': {
    title: '空洞率不留下空洞',
    why: '空洞率为 r 的 3×3 每隔 r 个位置读一个。连续几个的空洞率有公约数时，只读其中一部分位置，其余从不读取：结果是布满空洞的网格。混合空洞卷积采用 1、2、5 这样的空洞率，使 M_i = max(M_{i+1} − 2r_i, M_{i+1} − 2(M_{i+1} − r_i), r_i) 不超出窗口。',
    source: 'Wang 等，2017（Understanding convolution for semantic segmentation）',
  },
  'even-kernel-shift': {
    title: '保持尺寸的窗口要有中心',
    why: '边长为偶数的窗口没有中心位置：为保持尺寸，一侧要多填充一些，每一层都把特征图移动半个位置。几层之后内容就偏向一角，各边界的处理也不一致。用奇数窗口，或轮流在两侧填充，可以避免。',
    source: 'Wu 等，2019（Convolution with even-sized kernels and symmetric padding）',
  },
  'alias-before-stride': {
    title: '每次下采样之前先模糊',
    why: '步幅每隔 s 个值取一个：变化更快的内容会混叠成别的东西，图片平移一个像素，结果就不同。在下采样之前加模糊（固定的深度滤波器；池化则为取最大、模糊、下采样），网络对平移更稳定，在 ImageNet 上也更准确。',
    source: 'Zhang 2019（Making convolutional networks shift-invariant again）',
  },
  'pool-before-relu': {
    title: '先取最大值再做 ReLU',
    why: 'max(ReLU(a), ReLU(b)) = ReLU(max(a, b))，因为 ReLU 从不改变次序：放到池化之后，它处理的值减少 s² 倍，结果完全相同。能把 ReLU 融合进卷积的引擎两种写法都没有损失。',
    source: 'ReLU 的单调性',
  },
  'dropout-before-norm': {
    title: '批归一化之前不用 dropout',
    why: 'dropout 缩放所保留的值，使均值在训练与运行时相同，但方差不同：其后的批归一化记住的是训练时的方差，而 dropout 关闭后它不再成立。两者都用的网络比只用其一的差；放在最后一个归一化之后则无妨。',
    source:
      'Li, Chen, Hu 和 Yang 2018（Understanding the disharmony between dropout and batch normalization）',
  },
  'saturating-deep': {
    title: '会饱和的激活不要连成一长串',
    why: 'sigmoid 和 tanh 在远离零处是平的：一旦饱和，几乎没有梯度通过，而接连多个又把剩下的一点相乘。Glorot 和 Bengio 观察到，四层和五层网络的最后一个隐藏 sigmoid 在训练中长时间甚至始终处于饱和。sigmoid 的斜率至多 1/4：若权重都为一，经过 n 个之后梯度至多剩下 4⁻ⁿ。ReLU、归一化或绕过它们的捷径能让梯度保留下来。',
    source:
      'Glorot 和 Bengio 2010（Understanding the difficulty of training deep feedforward neural networks）',
  },
  'group-norm-groups': {
    title: '归一化的每组有足够的通道',
    why: '组归一化对 C/g 个通道求均值。分 32 组或每组 16 个通道时效果最好；每组一个通道就是实例归一化，忘掉了通道间的差别；所有通道一组就是层归一化。',
    source: 'Wu 和 He 2018（Group normalization）',
  },
  'no-local-response-norm': {
    title: '不用局部响应归一化',
    why: 'AlexNet 在相邻通道间的归一化要花时间和一份特征图的内存。VGG 在 11 层网络（A-LRN）上试过，没有发现收益；此后几乎没有网络使用它，它的作用由批归一化承担。',
    source: 'Simonyan 和 Zisserman 2014（Very deep convolutional networks）',
  },
  'softmax-twice': {
    title: '一个 softmax 就够了',
    why: '对 softmax 再做 softmax 几乎是均匀的：输入在 0 与 1 之间，最大的类别至多得到最小者的 e 倍。这样训练极慢。损失函数接收 logits（PyTorch 或 Keras 的交叉熵）而网络又以 softmax 结尾时就会如此；出现在层之间则是失误。',
    source:
      'Bridle 1990（Probabilistic interpretation of feedforward classification network outputs）；PyTorch 文档（CrossEntropyLoss）',
  },
  'divisible-input': {
    title: '需要再放大的特征图能整除减半',
    why: '编码器减半 d 次、解码器加倍 d 次，只有尺寸能被 2^d 整除时才能恢复原来的尺寸：奇数的特征图在缩小时丢失最后一行和一列，跳跃连接便与放大后的结果对不齐。U-Net 要求每次池化的特征图都是偶数。若每个跳跃连接都裁剪成与放大后的一致（如 FCN），则任何尺寸都可以。',
    source: 'Ronneberger, Fischer 和 Brox 2015（U-Net）；Long 等，2014（裁剪）',
  },
  'memory-hotspot': {
    title: '内存使用均匀',
    why: '任何一步所需的最大内存就是设备必须具备的，不论其余各步多么少。MCUNetV2 发现高效网络最前面几个模块的峰值是其余部分的八倍，于是分块运行它们；更早下采样或减少那里的通道也行。',
    source: 'Lin 等，2021（MCUNetV2）',
  },
  'cost-hotspot': {
    title: '没有一层占去四分之一的计算',
    why: '一层所占的份额限制了别处能得到的收益（Amdahl 定律）：即使网络的一半不花时间，只要其中四分之一是同一层，节省就很有限。应从这样的层着手。',
    source: 'Amdahl 1967（Validity of the single processor approach）',
  },
  'sram-fits': {
    title: '激活放得进 SRAM',
    why: '微控制器把激活放在 SRAM 中，int8 时每个一字节，没有别处可放：需要更多就无法运行。留给网络的大约只有一半。MLPerf Tiny 一类的开发板有几百 KiB。',
    source: 'Banbury 等，2021（MLPerf Tiny benchmark）；Lin 等，2020（MCUNet）',
  },
  'flash-fits': {
    title: '权重放得进闪存',
    why: '权重与程序一起放在闪存中，int8 时每个一字节。MLPerf Tiny 一类的开发板有一两 MiB。',
    source: 'Banbury 等，2021（MLPerf Tiny benchmark）；Lin 等，2020（MCUNet）',
  },
  'dead-taps': {
    title: '窗口的每个采样点都能碰到特征图',
    why: '在 1×1 的特征图上，带填充的 3×3 读到一个值和八个零：九分之八的权重从不起作用。小特征图上的空洞卷积也是如此：空洞率与特征图一样大时，3×3 就成了 1×1，DeepLab-v3 在最大的空洞率上就遇到这种情况。只碰到填充的权重占用内存；若填充也参与计算，还占用时间。',
    source: 'Chen 等，2017（Rethinking atrous convolution）；填充的算术',
  },
  'squeeze-ratio': {
    title: 'Fire 模块的压缩不多不少',
    why: 'SqueezeNet 的 Fire 模块先用 s 个 1×1 卷积核压缩输入，再扩展到 e 个。s/e = 0.125 时网络为 4.8 MB，top-5 准确率 80.3 %；0.75 时为 19 MB 和 86 %，再大就没有收益。',
    source: 'Iandola 等，2016（SqueezeNet），5.2 节和图 3',
  },
  'late-downsampling': {
    title: '特征图长时间保持较大',
    why: '紧缺的是参数而不是乘加时，应把下采样放在后面：大特征图上的层用同样的权重保留更多图片内容。SqueezeNet 以及 He 和 Sun 都发现，参数数目相同时准确率更高，代价是更多的乘加。',
    source:
      'Iandola 等，2016（SqueezeNet）；He 和 Sun 2014（Convolutional neural networks at constrained time cost）',
  },
  'transposed-checkerboard': {
    title: '转置卷积的窗口能被步幅整除',
    why: '转置卷积的核不能被步幅整除时，有些位置被更多的窗口覆盖：结果呈棋盘格，训练必须学会消除，却往往做不到。核为步幅的两倍，或缩放加普通卷积，就能均匀覆盖。',
    source: 'Odena, Dumoulin 和 Olah 2016（Deconvolution and checkerboard artifacts）',
  },
  'generator-ends-bounded': {
    title: '生成器以有界函数结尾',
    why: '图片的值在 −1 与 1 之间。以 tanh（0 到 1 时用 sigmoid）结尾的生成器恰好覆盖这个范围；DCGAN 发现，有界使它更快学会覆盖各种颜色。',
    source: 'Radford, Metz 和 Chintala 2015（DCGAN）',
  },
  'generator-norm-at-end': {
    title: '生成器最后一层不用批归一化',
    why: '每层都用批归一化使 DCGAN 的样本振荡、训练不稳定；在生成器的输出处去掉它会有帮助，否则它会把每种颜色固定为一个均值和一个离散程度。',
    source: 'Radford, Metz 和 Chintala 2015（DCGAN）',
  },
  'generator-learns-sampling': {
    title: '生成器和判别器学习如何采样',
    why: 'DCGAN 用带步幅的卷积代替所有池化，在生成器中用转置卷积：网络学习如何缩小和放大。取最大值还只把梯度传给窗口中的一个值，使两者的训练不稳定。',
    source: 'Radford, Metz 和 Chintala 2015（DCGAN）',
  },
  'idle-layer': {
    title: '每一层都有作用',
    why: '一个位置的池化、放大一倍、什么也不丢弃的 dropout：这些是搜索或导入后残留的层，原样返回所得到的值。它们要复制一份特征图，还在每张表中占一行。',
    source: '这些层的定义',
  },
} as const satisfies Readonly<Record<RuleId, RulePage>>;
