/** Published networks, the samples that ship, and what is counted as an operation, by the English text. */
export const networks: Readonly<Record<string, string>> = {
  'Four convolutions along the raw wave form that tell spoken words apart.':
    '沿原始声波的四个卷积，用来区分口语单词。',
  'Spoken words, from a second of sound.': '由一秒声音识别口语单词。',
  'Two convolutions and two fully connected layers that read digits.':
    '两个卷积层和两个全连接层，用来识别数字。',
  'Five convolutions and three fully connected layers: deep learning wins ImageNet.':
    '五个卷积层和三个全连接层：深度学习赢得 ImageNet。',
  'The original, split over two GTX 580 with 3 GB each.': '原版，分布在两块各 3 GB 的 GTX 580 上。',
  'A bigger AlexNet: 7×7 stride 2 first, more filters later, found by looking at feature maps.':
    '更大的 AlexNet：开头 7×7、步幅 2，后面卷积核更多，通过观察特征图得到。',
  'The 512-filter form that the ONNX model zoo carries.': 'ONNX 模型库中 512 个卷积核的版本。',
  'Design rules instead of trial and error: 3×3 convolutions, 2×2 pools, channels that double.':
    '用设计规则代替试错：3×3 卷积、2×2 池化、通道数加倍。',
  'Efficiency: an aggressive stem, inception modules, and global average pooling instead of FC layers.':
    '讲求效率：激进的主干起始部分、Inception 模块，用全局平均池化代替全连接层。',
  'Shortcuts make deep networks trainable: blocks learn what to add to their input.':
    '捷径使深层网络得以训练：模块学习要加到输入上的部分。',
  'ResNet without its shortcuts, which trains worse the deeper it is.': '去掉捷径的 ResNet，越深训练得越差。',
  'The winner of the last ImageNet challenge: grouped bottlenecks that weigh their channels.':
    '最后一届 ImageNet 竞赛的冠军：为通道加权的分组瓶颈模块。',
  'A classifier that answers at every pixel, enlarged at once.':
    '在每个像素上作答的分类器，一次放大到原尺寸。',
  'Normalised before each convolution, so that shortcuts are clear from end to end.':
    '在每个卷积之前归一化，捷径从头到尾畅通。',
  'Channels weighed by what the whole map holds, for hardly any multiply-adds.':
    '按整幅特征图的内容为通道加权，几乎不增加乘加。',
  'Large kernels taken apart into small and one-dimensional ones.': '把大卷积核拆成小的和一维的。',
  'Inception made uniform, wider and deeper.': '统一化、更宽更深的 Inception。',
  'Inception modules as the branches of residual blocks.': '以 Inception 模块作为残差块的分支。',
  'Inception taken to its end: every convolution separated into space and channels.':
    '把 Inception 推向极致：每个卷积都按空间和通道分离。',
  "AlexNet's accuracy with fifty times fewer parameters.": '达到 AlexNet 的准确率，参数只有五十分之一。',
  'Many narrow paths side by side: cardinality pays more than depth or width.':
    '许多窄的路径并列：增加基数比加深或加宽更划算。',
  'Half as deep and twice as wide trains faster and learns as well.':
    '深度减半、宽度加倍，训练更快，效果相当。',
  'Every layer sees all before it, so that each needs to add only a few maps.':
    '每一层都看到之前的所有层，因此只需增加少量特征图。',
  'Depthwise separable convolutions from end to end, for phones.': '从头到尾都是深度可分离卷积，面向手机。',
  'Depthwise convolutions between thin bottlenecks, for phones.': '窄瓶颈之间的深度卷积，面向手机。',
  'Searched for with the time on a phone as part of the goal.': '搜索得到，以手机上的用时为目标之一。',
  'Made for measured time instead of counted operations.': '为实测时间而不是运算次数设计。',
  'Found by search, with squeeze-excite and hard swish, for phones.':
    '搜索得到，带压缩激励和 hard swish，面向手机。',
  'Width, depth and resolution grown together, by one law.': '宽度、深度和分辨率按同一规律一起增大。',
  'Plain 3×3 convolutions first, where depthwise ones are slow.': '在深度卷积较慢的前部使用普通 3×3 卷积。',
  'Widths on a line, quantised: with squeeze-excite, a space of networks instead of one.':
    '宽度取自一条直线并量化，带压缩激励：设计的是网络空间，而不是单个网络。',
  'Widths on a line, quantised: a space of networks instead of one.':
    '宽度取自一条直线并量化：设计的是网络空间，而不是单个网络。',
  'A ResNet modernised step by step until it matches Transformers.':
    '逐步现代化的 ResNet，直到媲美 Transformer。',
  'A classifier that answers at every pixel, sharpened by what earlier layers saw.':
    '在每个像素上作答的分类器，并由较早的层加以细化。',
  'Down and up again, with what was seen on the way down put beside it on the way up.':
    '先缩小再放大，放大时拼接缩小途中的特征。',
  'Dilation in the place of strides, and several reaches side by side.':
    '用空洞卷积代替步幅，并列多种感受野。',
  'Detection as one pass of one network: every cell of a grid answers at once.':
    '一次前向完成检测：网格的每个单元同时作答。',
  'Boxes of six sizes answered by six maps of one network, in one pass.':
    '同一网络的六幅特征图一次给出六种大小的框。',
  'The residual backbone of YOLOv3: convolutions with stride in the place of pools.':
    'YOLOv3 的残差骨干网络：用带步幅的卷积代替池化。',
  'Pictures from noise, by transposed convolutions alone.': '只用转置卷积，由噪声生成图片。',
  'A small network at every position: 1×1 convolutions, and no fully connected layer.':
    '每个位置上一个小网络：1×1 卷积，没有全连接层。',
  "VGG's rules on small pictures.": '把 VGG 的规则用于小图片。',
  'How deep can a network for small pictures be?': '用于小图片的网络可以有多深？',
  'One of the four networks that small devices are measured by.': '用来评测小型设备的四个网络之一。',
  "Caffe's LeNet for MNIST.": 'Caffe 用于 MNIST 的 LeNet。',
  "torchvision's AlexNet: one tower, 224×224.": 'torchvision 的 AlexNet：单路，224×224。',
  'AlexNet as in the lecture: one tower, 227×227.': '课程中的 AlexNet：单路，227×227。',
  'AlexNet with the groups of its two GPUs, as in Caffe.': '按两块 GPU 分组的 AlexNet，与 Caffe 相同。',
  'A bigger AlexNet: 7×7 stride 2 first, more filters later.':
    '更大的 AlexNet：开头 7×7、步幅 2，后面卷积核更多。',
  'The form of the ONNX model zoo.': 'ONNX 模型库中的版本。',
  'Configuration A of Simonyan and Zisserman 2014.': 'Simonyan 和 Zisserman 2014 的配置 A。',
  'Configuration B of Simonyan and Zisserman 2014.': 'Simonyan 和 Zisserman 2014 的配置 B。',
  'Configuration D of Simonyan and Zisserman 2014.': 'Simonyan 和 Zisserman 2014 的配置 D。',
  'Configuration E of Simonyan and Zisserman 2014.': 'Simonyan 和 Zisserman 2014 的配置 E。',
  "torchvision's form: batch norm, and 3×3 where the paper has 5×5; no auxiliary heads.":
    'torchvision 的版本：带批归一化，论文的 5×5 换成 3×3；没有辅助分类头。',
  'Biases, response normalisation and 5×5 branches, as in the paper; no auxiliary heads.':
    '与论文相同，带偏置、响应归一化和 5×5 分支；没有辅助分类头。',
  "torchvision's form, with the stride on the 3×3.": 'torchvision 的版本，步幅在 3×3 上。',
  'With the stride on the first 1×1 of a stage, as in the paper.':
    '与论文相同，步幅在每个阶段的第一个 1×1 上。',
  'Pre-activation blocks.': '预激活模块。',
  'Reduction ratio 16.': '压缩比 16。',
  'Modules A, C and E by size of the map; B and D halve it.':
    '按特征图尺寸使用模块 A、C、E；B 和 D 使其减半。',
  'Four modules A, seven B, three C, and a reduction between each.':
    '四个模块 A、七个 B、三个 C，其间各有一次缩小。',
  'Ten, twenty and ten residual modules.': '十个、二十个、十个残差模块。',
  'Entry, middle and exit flow.': '入口、中间和出口三段。',
  'As published.': '与发表时相同。',
  'Fire modules: squeeze by 1×1, expand by 1×1 and 3×3.': 'Fire 模块：用 1×1 压缩，再用 1×1 和 3×3 扩展。',
  'Growth rate 32.': '增长率 32。',
  'Growth rate 48.': '增长率 48。',
  'Width multiplier 1, 224×224.': '宽度系数 1，224×224。',
  'Inverted residuals with linear bottlenecks.': '带线性瓶颈的倒残差。',
  'Width multiplier 0.5.': '宽度系数 0.5。',
  'Width multiplier 0.75.': '宽度系数 0.75。',
  'Width multiplier 1.': '宽度系数 1。',
  'Width multiplier 1.3.': '宽度系数 1.3。',
  'Channels are split, worked on by halves, and shuffled.': '通道拆成两半分别处理，再混洗。',
  'Inverted residuals found by search.': '搜索得到的倒残差。',
  'Depthwise 7×7, layer norm, inverted bottlenecks.': '深度 7×7、层归一化、倒瓶颈。',
  'Scores at strides 32, 16 and 8, added up.': '步幅 32、16、8 处的得分相加。',
  'Contracting and expanding path, four levels each.': '收缩与扩张路径，各四级。',
  'ResNet-50 at output stride 8, ASPP, and one head.': '输出步幅 8 的 ResNet-50、ASPP 和一个头部。',
  'ResNet-101 at output stride 8, ASPP, and one head.': '输出步幅 8 的 ResNet-101、ASPP 和一个头部。',
  'ResNet-50 at output stride 8, and one head.': '输出步幅 8 的 ResNet-50 和一个头部。',
  'ResNet-101 at output stride 8, and one head.': '输出步幅 8 的 ResNet-101 和一个头部。',
  'Pairs of 3×3 convolutions, with nothing around them.': '成对的 3×3 卷积，周围没有任何捷径。',
  'Blocks of ResNeXt-152 64×4d with squeeze-excite, a deep stem and 3×3 projections.':
    'ResNeXt-152 64×4d 的模块加压缩激励、更深的起始部分和 3×3 投影。',
  'A grid of 7×7 cells, each with two boxes and twenty classes.':
    '7×7 个单元的网格，每个两个框、二十个类别。',
  '8,732 boxes, each with scores of 91 classes.': '8,732 个框，每个有 91 个类别的得分。',
  'One, two, eight, eight and four residual blocks.': '一、二、八、八、四个残差块。',
  'Every layer doubles height and width and halves the channels.': '每一层使高和宽加倍、通道数减半。',
  'The last maps are the classes: their means are the scores.': '最后的特征图就是类别：其均值为得分。',
  'Five stages, each ending in a pool.': '五个阶段，各以池化结束。',
  'Three stages of 16, 32 and 64 channels.': '16、32、64 个通道的三个阶段。',
  'Pictures of 32×32 in ten classes.': '32×32 的图片，十个类别。',
  'Twelve words, heard by depthwise separable convolutions.': '用深度可分离卷积识别十二个词。',
  'Is there a person in the picture?': '图片中有人吗？',
  'What it cannot give back is unusual.': '不能还原的就是异常。',
  'AlexNet (lecture, 227)': 'AlexNet（课程，227）',
  'AlexNet (two groups)': 'AlexNet（两组）',
  'GoogLeNet (paper)': 'GoogLeNet（论文）',
  'ResNet-50 (paper)': 'ResNet-50（论文）',
  'ResNet-101 (paper)': 'ResNet-101（论文）',
  'ResNet-152 (paper)': 'ResNet-152（论文）',
  'DCGAN generator': 'DCGAN 生成器',
  'MobileNetV3 large': 'MobileNetV3 大型版',
  'MobileNetV3 small': 'MobileNetV3 小型版',
  'Network in Network (CIFAR)': 'NIN 网中网（CIFAR）',
  'M5 (raw sound)': 'M5（原始声波）',
  'ResNet-8 (pictures)': 'ResNet-8（图片）',
  'DS-CNN (keywords)': 'DS-CNN（关键词）',
  'MobileNetV1 ×0.25 (person)': 'MobileNetV1 ×0.25（人物）',
  'Autoencoder (machine sounds)': '自编码器（机器声音）',
  Digits: '手写数字',
  'Tells handwritten digits apart: 99 of 100 in images of MNIST that it did not learn from. Its weights ship with it.':
    '识别手写数字：在未参与训练的 MNIST 图像中，100 个对 99 个。权重随程序提供。',
  'ResNet-20 for CIFAR-10': '用于 CIFAR-10 的 ResNet-20',
  'Twenty layers for 32×32 pictures, after section 4.2 of He et al. 2015, with projections where the shape changes.':
    '用于 32×32 图片的二十层网络，依据 He 等 2015 第 4.2 节，形状改变处用投影。',
  'To be mended': '待修复',
  'A small network that breaks several design rules: open Problems, read why, and mend each with a click.':
    '违反若干设计规则的小网络：打开“问题”，阅读原因，逐个点击修复。',
  'VGG-16 with GAP': '带 GAP 的 VGG-16',
  'VGG-16 whose three fully connected layers were replaced by global average pooling and one: nearly all parameters gone, multiply-adds kept within 5 % of the pinned original.':
    '把 VGG-16 的三个全连接层换成全局平均池化和一个全连接层：参数几乎全部省去，乘加与所设的原版基准相差不到 5 %。',
  'One multiplication and one addition are one operation, since devices do both in one cycle. Convolutions and matrix products only.':
    '一次乘法和一次加法算一次运算，因为设备在一个周期内完成两者。只计卷积与矩阵乘法。',
  'Twice the multiply-adds.': '乘加的两倍。',
  'Multiply-adds plus bias, batch norm (2 per element), activations (1), pooling (1 per input read) and sums.':
    '乘加，加上偏置、批归一化（每个元素 2 次）、激活（1 次）、池化（每读一个输入 1 次）和求和。',
  'Depth 16, w₀ 48, w_a 27.89, w_m 2.09, groups of 8.':
    '深度 16，w₀ 48，w_a 27.89，w_m 2.09，每组 8 个通道。',
  'Depth 14, w₀ 56, w_a 38.84, w_m 2.4, groups of 16.':
    '深度 14，w₀ 56，w_a 38.84，w_m 2.4，每组 16 个通道。',
  'Depth 27, w₀ 48, w_a 20.71, w_m 2.65, groups of 24.':
    '深度 27，w₀ 48，w_a 20.71，w_m 2.65，每组 24 个通道。',
  'Depth 21, w₀ 80, w_a 42.63, w_m 2.66, groups of 24.':
    '深度 21，w₀ 80，w_a 42.63，w_m 2.66，每组 24 个通道。',
  'Depth 17, w₀ 192, w_a 76.82, w_m 2.19, groups of 56.':
    '深度 17，w₀ 192，w_a 76.82，w_m 2.19，每组 56 个通道。',
  'Depth 18, w₀ 200, w_a 106.23, w_m 2.48, groups of 112.':
    '深度 18，w₀ 200，w_a 106.23，w_m 2.48，每组 112 个通道。',
  'Depth 20, w₀ 232, w_a 115.89, w_m 2.53, groups of 232.':
    '深度 20，w₀ 232，w_a 115.89，w_m 2.53，每组 232 个通道。',
  'Depth 27, w₀ 456, w_a 160.83, w_m 2.52, groups of 264.':
    '深度 27，w₀ 456，w_a 160.83，w_m 2.52，每组 264 个通道。',
  'Depth 22, w₀ 24, w_a 24.48, w_m 2.54, groups of 16.':
    '深度 22，w₀ 24，w_a 24.48，w_m 2.54，每组 16 个通道。',
  'Depth 16, w₀ 56, w_a 35.73, w_m 2.28, groups of 16.':
    '深度 16，w₀ 56，w_a 35.73，w_m 2.28，每组 16 个通道。',
  'Depth 18, w₀ 80, w_a 34.01, w_m 2.25, groups of 24.':
    '深度 18，w₀ 80，w_a 34.01，w_m 2.25，每组 24 个通道。',
  'Depth 25, w₀ 88, w_a 26.31, w_m 2.25, groups of 48.':
    '深度 25，w₀ 88，w_a 26.31，w_m 2.25，每组 48 个通道。',
  'Depth 23, w₀ 80, w_a 49.56, w_m 2.88, groups of 120.':
    '深度 23，w₀ 80，w_a 49.56，w_m 2.88，每组 120 个通道。',
  'Depth 22, w₀ 216, w_a 55.59, w_m 2.1, groups of 128.':
    '深度 22，w₀ 216，w_a 55.59，w_m 2.1，每组 128 个通道。',
  'Depth 23, w₀ 320, w_a 69.86, w_m 2, groups of 168.':
    '深度 23，w₀ 320，w_a 69.86，w_m 2，每组 168 个通道。',
};
