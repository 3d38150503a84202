/** Packs of rules, by the English text. */
export const packs: Readonly<Record<string, string>> = {
  'Any network': '任意网络',
  'Plain and inception': '直筒与 Inception',
  'Residual and dense': '残差与稠密连接',
  'Small and mobile': '小型与移动端',
  'Machines and tasks': '硬件与任务',
  Recommended: '推荐',
  'What is a mistake, or a waste, in almost any network.': '几乎在任何网络中都是错误或浪费的做法。',
  VGG: 'VGG',
  'Recommended, but for what is said of large heads and large depthwise windows, and the design rules of VGG: 3×3 convolutions, 2×2 pools, channels that double.':
    '推荐规则（不含针对大型全连接头和大深度卷积核的两条），加上 VGG 的设计规则：3×3 卷积、2×2 池化、通道数逐级翻倍。',
  GoogLeNet: 'GoogLeNet',
  'Recommended, and the economy of GoogLeNet: shrink the map early, narrow before large windows, end in a global average.':
    '推荐规则，加上 GoogLeNet 的节约之道：尽早缩小特征图，大卷积核之前先降通道，以全局平均结尾。',
  'Inception-v3': 'Inception-v3',
  'Recommended, and the principles of Inception-v3: no bottlenecks, factored windows, grids that shrink in two branches.':
    '推荐规则，加上 Inception-v3 的原则：避免表示瓶颈，分解卷积核，用两个分支缩小网格。',
  Xception: 'Xception',
  'Recommended, and separable convolutions with nothing nonlinear inside.':
    '推荐规则，加上中间没有非线性的可分离卷积。',
  ResNet: 'ResNet',
  'Recommended, and the lessons of residual networks: clean shortcuts, stages of one width and equal cost.':
    '推荐规则，加上残差网络的经验：干净的捷径，每个阶段宽度一致、代价相当。',
  'Bag of tricks': '技巧集锦',
  'Recommended, and what made ResNet-50 better without making it larger: a deep stem, windows that read everything.':
    '推荐规则，加上让 ResNet-50 不变大而更好的做法：更深的入口，读取全部输入的卷积核。',
  ResNeXt: 'ResNeXt',
  'Recommended, and groups in place of width.': '推荐规则，加上以分组代替宽度。',
  RegNet: 'RegNet',
  'Recommended, and what the populations of RegNet have in common: widths that grow steadily, no bottleneck.':
    '推荐规则，加上 RegNet 群体的共性：宽度稳步增长，没有瓶颈。',
  DenseNet: 'DenseNet',
  'Recommended, and the habits of dense blocks: one growth rate, narrowed inputs, transitions that compress.':
    '推荐规则，加上稠密块的习惯：统一的增长率，收窄的输入，会压缩的过渡层。',
  SqueezeNet: 'SqueezeNet',
  'Recommended, and few parameters first: squeezed inputs, maps that stay large for long.':
    '推荐规则，并以少参数为先：压缩输入，特征图长时间保持较大。',
  MobileNetV1: 'MobileNetV1',
  'Recommended, and separable convolutions with normalisation and activation behind each half.':
    '推荐规则，加上可分离卷积，两半之后各有归一化和激活。',
  MobileNet: 'MobileNet',
  'Recommended, and separable convolutions with linear bottlenecks and shortcuts between them.':
    '推荐规则，加上带线性瓶颈的可分离卷积，捷径连在瓶颈之间。',
  ShuffleNet: 'ShuffleNet',
  'Recommended, and the four guidelines of ShuffleNetV2, which count bytes moved besides multiply-adds.':
    '推荐规则，加上 ShuffleNetV2 的四条准则：除乘加外还计算搬运的字节。',
  EfficientNet: 'EfficientNet',
  'Recommended, and inverted residuals grown in depth, width and resolution together.':
    '推荐规则，加上深度、宽度、分辨率一起放大的倒残差。',
  EfficientNetV2: 'EfficientNetV2',
  'EfficientNet, and dense convolutions in place of depthwise ones where maps are large.':
    'EfficientNet 规则，并在特征图较大处用普通卷积代替深度卷积。',
  ConvNeXt: 'ConvNeXt',
  'Recommended, and the habits of ConvNeXt: a patchified stem, one norm and one activation per block, 1:1:3:1.':
    '推荐规则，加上 ConvNeXt 的习惯：分块式入口，每块一个归一化和一个激活，阶段比 1:1:3:1。',
  Tiny: '微型',
  'Recommended, and what counts on a microcontroller: SRAM, flash, and peaks of memory.':
    '推荐规则，加上微控制器上重要的东西：SRAM、闪存和内存峰值。',
  'Tensor cores': '张量核心',
  'Recommended, and sizes that matrix units of GPUs take without waste.':
    '推荐规则，加上 GPU 矩阵单元不浪费的尺寸。',
  Segmentation: '分割',
  'Recommended, and maps that line up: sizes that halve evenly, receptive fields that reach.':
    '推荐规则，加上对得齐的特征图：能整除减半的尺寸，够大的感受野。',
  'Hybrid dilation': '混合膨胀',
  'Segmentation, and dilations in a row that leave no holes between them.':
    '分割规则，加上接连的膨胀卷积之间不留空洞。',
  Generative: '生成',
  'Recommended, and the guidelines of DCGAN.': '推荐规则，加上 DCGAN 的准则。',
  'Anti-aliased': '抗混叠',
  'Recommended, and a blur before each stride, so that a shifted picture gives a shifted answer.':
    '推荐规则，并在每次下采样之前先模糊，使图像平移时结果也随之平移。',
};
