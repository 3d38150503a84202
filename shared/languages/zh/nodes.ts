import type { NodeKind } from '../../blocks/index.ts';

/** What a layer or block is called, in one line what it does, and its page. */
interface NodeTexts {
  readonly title: string;
  readonly summary: string;
  readonly doc: string;
}

/** Layers and blocks, in simplified Chinese. */
export const nodes = {
  input: {
    title: '输入',
    summary: '图像进入网络的地方。',
    doc: `网络的输入：图像为 C×H×W。批次轴加在最前面；开销按批次为 1 给出。

来源：ONNX 计算图的输入。`,
  },
  output: {
    title: '输出',
    summary: '网络返回的结果。',
    doc: `把一个张量标记为网络的结果；它的 id 就是结果的名称。

来源：ONNX 计算图的输出。`,
  },
  constant: {
    title: '常量',
    summary: '不依赖于输入的张量。',
    doc: `给出与权重一起保存的张量：位置嵌入、均值图像、系数。可学习的计入参数；其余的计入统计量。

打开模型时，存储的张量都算作可学习的，以下四种除外：文件中的说明（doc_string）写明 "not learned" 的，本程序写出的文件对训练不改变的一切都这样注明；用于预处理网络输入的，即直接作用于输入的均值或标准差，或仅由这类常量得出的值，且输入是图像，或者常量每个通道不超过一个数；直接写在计算图中的，即只有一个数、或全部为同一个数的 Constant；以及由导出工具自己算出的，且只有一个数或每个位置一个数，例如先验框或掩码。*可学习*可以为单个节点另作说明。

来源：ONNX 算子 Constant 与初始值。`,
  },
  conv2d: {
    title: '卷积',
    summary: '用学到的卷积核在特征图上滑动。',
    doc: `二维卷积（实为互相关，深度学习中一向如此）。

一个有 C_out 个 K_h×K_w 卷积核、作用于 C_in 个通道的层，有 C_out·C_in/g·K_h·K_w 个权重和 C_out 个偏置，需要 C_out·H′·W′·C_in/g·K_h·K_w 次乘加。填充的位置也计算在内，与论文的表格一致。分组数为 g 时，每个卷积核只看到 C_in/g 个通道；g = C_in 就是 MobileNet 的深度卷积。

来源：ONNX 算子 Conv；LeCun 等，1998；Howard 等，2017（深度卷积）。`,
  },
  convTranspose2d: {
    title: '转置卷积',
    summary: '用学到的卷积核放大特征图：每个输入元素画出一个。',
    doc: `转置卷积（反卷积）：每个输入元素把一个缩放后的卷积核加到输出上，间隔为步幅，再裁去填充。out = (in − 1)·s − before − after + d·(K − 1) + 1 + extra。

它有 C_in·C_out/g·K_h·K_w 个权重，需要 N·C_in·H·W·C_out/g·K_h·K_w 次乘加，被裁去的部分也计算在内。

来源：Zeiler 等，2010；Long 等，2015；ONNX 算子 ConvTranspose。`,
  },
  conv1d: {
    title: '一维卷积',
    summary: '用学到的卷积核沿信号滑动。',
    doc: `一维卷积（实为互相关）：用于声音、传感器测得的数据，以及一切按时间采样的东西。

一个有 C_out 个长为 K 的卷积核、作用于 C_in 个通道的层，有 C_out·C_in/g·K 个权重和 C_out 个偏置，需要 C_out·L′·C_in/g·K 次乘加。它就是高为一行的特征图的卷积，也这样运行。

来源：ONNX 算子 Conv；PyTorch Conv1d；Waibel 等，1989（时延网络）。`,
  },
  convTranspose1d: {
    title: '一维转置卷积',
    summary: '用学到的卷积核拉长信号：每个输入元素画出一个。',
    doc: `沿信号的转置卷积：每个输入元素把一个缩放后的卷积核加到输出上，间隔为步幅，再裁去填充。out = (in − 1)·s − before − after + d·(K − 1) + 1 + extra。

它有 C_in·C_out/g·K 个权重，需要 N·C_in·L·C_out/g·K 次乘加，被裁去的部分也计算在内。

来源：ONNX 算子 ConvTranspose；PyTorch ConvTranspose1d。`,
  },
  maxPool1d: {
    title: '一维最大池化',
    summary: '保留信号每个窗口中的最大值。',
    doc: `保留每个窗口中的最大值来缩短信号；填充永远不会胜出。它没有权重。

选择*位置*时，第二个输出给出每个值原来的位置：在整个张量中的序号，供一维最大反池化使用。相等的值取第一个。位置在 2²⁴ 个元素以内是精确的。

来源：ONNX 算子 MaxPool；PyTorch MaxPool1d。`,
  },
  maxUnpool1d: {
    title: '一维最大反池化',
    summary: '把最大池化从信号中保留的值放回原处，其余为 0。',
    doc: `把每个值放到结果中的某个位置来拉长信号，位置由一维最大池化的第二个输出给出：在整个张量中的序号。不给长度时，取池化能得到此输入的最短信号：(in − 1)·s − before − after + K。位置超出结果的值被略去。每个值计一次运算。

来源：ONNX 算子 MaxUnpool；PyTorch MaxUnpool1d。`,
  },
  avgPool1d: {
    title: '一维平均池化',
    summary: '保留信号每个窗口的均值。',
    doc: `对每个窗口求平均来缩短信号；填充如何计入与特征图相同。

来源：ONNX 算子 AveragePool；PyTorch AvgPool1d。`,
  },
  lpPool1d: {
    title: '一维 Lp 池化',
    summary: '保留信号每个窗口的 Lp 范数。',
    doc: `用每个窗口的范数缩短信号：介于求和（p = 1）与最大值（p 很大）之间。填充按零计。

来源：ONNX 算子 LpPool；PyTorch LPPool1d。`,
  },
  globalAvgPool1d: {
    title: '一维全局平均池化',
    summary: '任意长度的信号，每个通道一个均值。',
    doc: `对每个通道在整个信号上求平均，无论多长。它没有权重。

来源：ONNX 算子 GlobalAveragePool；PyTorch AdaptiveAvgPool1d。`,
  },
  globalMaxPool1d: {
    title: '一维全局最大池化',
    summary: '任意长度的信号，每个通道一个最大值。',
    doc: `保留每个通道在整个信号上的最大值，无论多长。它没有权重。

来源：ONNX 算子 GlobalMaxPool；PyTorch AdaptiveMaxPool1d。`,
  },
  globalLpPool1d: {
    title: '一维全局 Lp 池化',
    summary: '任意长度的信号，每个通道一个 Lp 范数。',
    doc: `每个通道在整个信号上的范数，结果是只有一个元素的信号。

来源：ONNX 算子 GlobalLpPool。`,
  },
  deformConv2d: {
    title: '可变形卷积',
    summary: '采样点按另一个张量移动的卷积。',
    doc: `每个窗口的每个采样点都按偏移量移动，用双线性插值读取，再乘以掩码。偏移量和掩码来自旁边的卷积。特征图之外为零。乘加次数与普通卷积相同；像素之间的插值读取不计入。

来源：Dai 等，2017；Zhu 等，2018（掩码）；ONNX 算子 DeformConv；torchvision deform_conv2d。`,
  },
  maxPool: {
    title: '最大池化',
    summary: '保留每个窗口中的最大值。',
    doc: `保留每个窗口中的最大值来缩小特征图；填充永远不会胜出。它没有权重，并能容忍图像的小幅平移。

VGG 用 2×2 窗口、步幅 2。AlexNet 和 GoogLeNet 用重叠的 3×3 窗口、步幅 2；它们用 Caffe 训练，窗口数向上取整。

选择*位置*时，第二个输出给出每个值原来的位置：在整个张量中的序号，供最大反池化使用。相等的值取第一个。位置在 2²⁴ 个元素以内是精确的。

来源：Krizhevsky 等，2012，第 3.4 节；ONNX 算子 MaxPool。`,
  },
  maxUnpool: {
    title: '最大反池化',
    summary: '把最大池化保留的值放回原处，其余为 0。',
    doc: `把每个值放到结果中的某个位置来放大特征图，位置由最大池化的第二个输出给出：在整个张量中逐行计数的序号。不给尺寸时，取池化能得到此输入的最小特征图：(in − 1)·s − before − after + K。SegNet 的解码器用它放大。位置超出结果的值被略去。每个值计一次运算。

来源：Zeiler 和 Fergus 2014，第 2.1 节；Badrinarayanan 等，2017；ONNX 算子 MaxUnpool。`,
  },
  avgPool: {
    title: '平均池化',
    summary: '保留每个窗口的均值。',
    doc: `对每个窗口求平均来缩小特征图。选择*计入填充*时，n 为窗口落在填充后特征图内的元素数，边界处的零会拉低均值；否则 n 只计真实元素。向上取整时窗口可能超出填充，超出的部分从不计入。

来源：LeCun 等，1998；ONNX 算子 AveragePool；PyTorch AvgPool2d。`,
  },
  globalAvgPool: {
    title: '全局平均池化',
    summary: '每个通道一个均值：用来取代庞大的全连接层。',
    doc: `对每个通道在整幅特征图上求平均。GoogLeNet 和 ResNet 以它结尾，其后只接一个全连接层：VGG-16 的 1.38 亿个参数中，有 1.24 亿在因此变得不必要的三个全连接层里。它没有权重，可接受任意尺寸的特征图。

来源：Lin 等，2013；Szegedy 等，2014；ONNX 算子 GlobalAveragePool。`,
  },
  globalMaxPool: {
    title: '全局最大池化',
    summary: '每个通道一个最大值：这个特征在某处出现过吗？',
    doc: `保留每个通道在整幅特征图上的最大值。它没有权重，可接受任意尺寸的特征图。

来源：Oquab 等，2015；ONNX 算子 GlobalMaxPool。`,
  },
  lpPool: {
    title: 'Lp 池化',
    summary: '保留每个窗口的 Lp 范数。',
    doc: `用每个窗口的范数缩小特征图：介于求和（p = 1）与最大值（p 很大）之间。填充计为零。

来源：ONNX 算子 LpPool；PyTorch LPPool2d。`,
  },
  globalLpPool: {
    title: '全局 Lp 池化',
    summary: '每个通道一个 Lp 范数。',
    doc: `每个通道在整幅特征图上的范数，结果是只有一个像素的特征图。

来源：ONNX 算子 GlobalLpPool。`,
  },
  linear: {
    title: '全连接',
    summary: '把每个输入与每个输出相连。',
    doc: `全连接（稠密、线性）层：F_out·F_in 个权重、F_out 个偏置、F_out·F_in 次乘加。乘加少而参数多：VGG-16 的第一个全连接层就占网络 1.38 亿个参数中的 1.03 亿。选择*逐词元*时，它像 Transformer 那样用同样的权重处理每个词元的最后一个轴，每个词元的开销相同。

来源：ONNX 算子 Gemm；PyTorch Linear。`,
  },
  matmul: {
    title: '矩阵乘法',
    summary: '把两个张量按成批的矩阵相乘。',
    doc: `对最后两个轴做乘积；之前的轴是批量维，长度为 1 时重复。左侧的向量是一行，右侧的是一列，与 NumPy 相同。需要 批量·M·N·K 次乘加。注意力就是两次这样的乘法。

来源：Vaswani 等，2017；ONNX 算子 MatMul。`,
  },
  attention: {
    title: '注意力',
    summary: '让每个词元从其他所有词元中取得它所要的。',
    doc: `缩放点积注意力：每个查询与每个键比较，softmax 把得分变成权重，再按权重对值求平均。词元和特征是最后两个轴。若各个头合在特征轴中，由*头数*切分；若头是词元之前单独的轴，它保持为 1，且键的头可以更少，每个供多个查询头使用（分组查询）。掩码加到得分上：−∞ 隐藏一个键。产生查询、键和值以及重新合并各头的，是旁边的全连接层。

得分需要 h·L·S·d 次乘加，求平均也同样多，无论掩码隐藏了什么；每个得分的缩放计一次运算，softmax 三次，每个掩码一次，软上限两次。

来源：Vaswani 等，2017；ONNX 算子 Attention；PyTorch scaled_dot_product_attention。`,
  },
  relu: {
    title: 'ReLU',
    summary: '保留正值。',
    doc: `修正线性单元。正输入时不饱和，使深层网络得以训练。

来源：Nair 和 Hinton 2010；Krizhevsky 等，2012；ONNX 算子 Relu。`,
  },
  leakyRelu: {
    title: 'Leaky ReLU',
    summary: '保留正值，并保留一点负值。',
    doc: `负半轴保留小斜率的修正线性单元，使神经元不会永久失活。

来源：Maas 等，2013；ONNX 算子 LeakyRelu。`,
  },
  prelu: {
    title: 'PReLU',
    summary: '斜率可学习的 Leaky ReLU。',
    doc: `学习负半轴的斜率，每个通道一个或全部共用一个。

来源：He 等，2015（Delving deep into rectifiers）；ONNX 算子 PRelu。`,
  },
  elu: {
    title: 'ELU',
    summary: '负半轴趋于 −α 的 ReLU。',
    doc: `指数线性单元：输出均值比 ReLU 更接近零，两侧都有梯度。

来源：Clevert 等，2015；ONNX 算子 Elu。`,
  },
  celu: {
    title: 'CELU',
    summary: '对任意 α 斜率都连续的 ELU。',
    doc: `连续可微的指数线性单元：除非 α 为 1，ELU 在零处有折角，而它没有。

来源：Barron 2017；ONNX 算子 Celu。`,
  },
  selu: {
    title: 'SELU',
    summary: '能自行保持激活归一化的缩放 ELU。',
    doc: `缩放指数线性单元。取默认的 α 和 γ 时，均值 0、方差 1 是深层全连接网络的不动点。

来源：Klambauer 等，2017；ONNX 算子 Selu。`,
  },
  sigmoid: {
    title: 'Sigmoid',
    summary: '压缩到 0 与 1 之间：用于门控和是非判断。',
    doc: `逻辑函数。两侧都会饱和，使梯度在深层网络中消失；如今用于门控（例如压缩激励）和二分类器的最后一层。

来源：LeCun 等，1998；ONNX 算子 Sigmoid。`,
  },
  hardSigmoid: {
    title: 'Hard sigmoid',
    summary: '由直线段组成的 sigmoid，在手机上开销低。',
    doc: `MobileNetV3 压缩激励的门控，α = 1/6，β = 1/2。ONNX 和旧版 Keras 默认取 α = 1/5。

来源：Courbariaux 等，2015；Howard 等，2019；ONNX 算子 HardSigmoid。`,
  },
  tanh: {
    title: 'Tanh',
    summary: '压缩到 −1 与 1 之间。',
    doc: `双曲正切：LeNet 的激活函数，以零为中心。

来源：LeCun 等，1998；ONNX 算子 Tanh。`,
  },
  gelu: {
    title: 'GELU',
    summary: '按正态变量小于输入的概率为输入加权。',
    doc: `高斯误差线性单元，ConvNeXt 和 Transformer 的激活函数：平滑的 ReLU。*tanh* 形式用 x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))) 近似它。

来源：Hendrycks 和 Gimpel 2016；ONNX 算子 Gelu。`,
  },
  silu: {
    title: 'SiLU',
    summary: '由自身的 sigmoid 门控的输入，也称 Swish。',
    doc: `Sigmoid 线性单元，即 Swish：平滑，在零的左侧略为负。EfficientNet 全部使用它。

来源：Hendrycks 和 Gimpel 2016；Ramachandran 等，2017；ONNX 算子 Swish。`,
  },
  hardSwish: {
    title: 'Hard swish',
    summary: '由直线段组成的 Swish，在手机上开销低。',
    doc: `把 sigmoid 换成直线段的 SiLU：没有指数运算，低精度下也精确。MobileNetV3 的激活函数。

来源：Howard 等，2019；ONNX 算子 HardSwish。`,
  },
  mish: {
    title: 'Mish',
    summary: '平滑的 ReLU，像 SiLU 一样略低于零。',
    doc: `与 SiLU 一样自我门控，以 softplus 的 tanh 为门。YOLOv4 使用它。

来源：Misra 2019；ONNX 算子 Mish。`,
  },
  softplus: {
    title: 'Softplus',
    summary: '处处为正的平滑 ReLU。',
    doc: `sigmoid 的积分。适合必须为正的输出，例如方差。

来源：Dugas 等，2000；ONNX 算子 Softplus。`,
  },
  softsign: {
    title: 'Softsign',
    summary: '压缩到 −1 与 1 之间，比 tanh 更缓慢。',
    doc: `以 1/x 而不是指数的速度趋近上下界，因此比 tanh 更晚饱和。

来源：Glorot 和 Bengio 2010；ONNX 算子 Softsign。`,
  },
  clip: {
    title: '截断（ReLU6）',
    summary: '把值限制在上下界之间；0 和 6 即为 ReLU6。',
    doc: `在两端截断。取 0 和 6 即 MobileNet 的激活函数 ReLU6，其范围适合 8 位数。下界大于上界时以上界为准。

来源：Howard 等，2017；ONNX 算子 Clip。`,
  },
  thresholdedRelu: {
    title: 'Thresholded ReLU',
    summary: '保留超过阈值的值。',
    doc: `在 θ 而不是零处打开的 ReLU。

来源：Konda 等，2014；ONNX 算子 ThresholdedRelu。`,
  },
  shrink: {
    title: '收缩',
    summary: '把小的值变为零，其余的变小。',
    doc: `±λ 以内的元素变为零；其余的向零移动偏移量。偏移量为 0 时是硬收缩，为 λ 时是软收缩，用于去噪。

来源：ONNX 算子 Shrink。`,
  },
  softmax: {
    title: 'Softmax',
    summary: '把得分变成总和为 1 的概率。',
    doc: `沿一个轴对得分取指数，再除以总和。先减去最大的得分，结果不变，但指数保持有限。每个元素计三次运算：指数、求和、除法。

来源：Bridle 1990；ONNX 算子 Softmax。`,
  },
  logSoftmax: {
    title: 'Log softmax',
    summary: 'softmax 的对数，不会下溢。',
    doc: `对数概率，用于负对数似然损失。与 softmax 一样，每个元素计三次运算：指数、求和、减法。

来源：ONNX 算子 LogSoftmax。`,
  },
  hardmax: {
    title: 'Hardmax',
    summary: '沿轴最大处为 1，其余为 0。',
    doc: `softmax 的极限：沿轴最大的元素中第一个变为 1，其余为 0。

来源：ONNX 算子 Hardmax。`,
  },
  batchNorm: {
    title: '批归一化',
    summary: '用训练数据的统计量对每个通道居中并缩放。',
    doc: `对每个通道归一化，再用学到的 γ 和 β 缩放、平移。训练时使用批次的均值和方差；推理时（此处运行的就是推理）使用训练中累积的运行统计量 μ 和 σ²。此时每个元素只需一次乘法和一次加法，可以并入之前的卷积，并使其偏置变得多余。

它有 2·C 个可学习参数；2·C 个运行统计量单独计数。

来源：Ioffe 和 Szegedy 2015；ONNX 算子 BatchNormalization。`,
  },
  groupNorm: {
    title: '组归一化',
    summary: '对每幅图像的各通道组分别归一化。',
    doc: `对一幅图像中的一组通道求均值和方差，因此适用于任意批次大小。它有 2·C 个可学习参数，没有运行统计量。每个元素计四次运算：均值和方差各一次，缩放和平移两次。

来源：Wu 和 He 2018；ONNX 算子 GroupNormalization。`,
  },
  instanceNorm: {
    title: '实例归一化',
    summary: '对每幅图像的每个通道分别归一化。',
    doc: `对一幅图像的一个通道求均值和方差，从而去除其对比度：风格迁移网络所用的归一化。它有 2·C 个可学习参数，没有运行统计量。每个元素计四次运算：均值和方差各一次，缩放和平移两次。

来源：Ulyanov 等，2016；ONNX 算子 InstanceNormalization。`,
  },
  layerNorm: {
    title: '层归一化',
    summary: '对每个样本的最后几个轴分别归一化。',
    doc: `对从指定的*轴*到最后的所有轴求均值和方差；γ 和 β 对这些轴的每个元素各有一个值。ConvNeXt 把通道放在最后并对其归一化。每个元素计四次运算：均值和方差各一次，缩放和平移两次。

来源：Ba 等，2016；Liu 等，2022（ConvNeXt）；ONNX 算子 LayerNormalization。`,
  },
  rmsNorm: {
    title: 'RMS 归一化',
    summary: '把每个样本的最后几个轴除以其均方根。',
    doc: `不减均值、不平移的层归一化：先用于语言模型，后来也用于视觉 Transformer。γ 对从指定的*轴*到最后各轴的每个元素各有一个值。每个元素计三次运算：平方的均值、其平方根的倒数、缩放。

来源：Zhang 和 Sennrich 2019；ONNX 算子 RMSNormalization；PyTorch RMSNorm。`,
  },
  localResponseNorm: {
    title: '局部响应归一化',
    summary: '相邻通道响应强处抑制该通道；AlexNet 曾使用。',
    doc: `把每个元素除以同一位置上周围 n 个通道的强度。对通道 c，即从 c − ⌊(n−1)/2⌋ 到 c + ⌈(n−1)/2⌉ 的通道，两端截断。VGG 发现它没有收益，后来被批归一化取代。

每个元素计 n + 2 次运算：n 个平方求和、一次幂、一次除法。α 除以 n，与 Caffe 和 ONNX 相同；论文中的 α 不除。

来源：Krizhevsky 等，2012，第 3.3 节；ONNX 算子 LRN。`,
  },
  lpNorm: {
    title: 'Lp 归一化',
    summary: '沿一个轴把向量缩放到长度 1。',
    doc: `沿一个轴把元素除以其 L1 或 L2 范数；零向量保持为零。按角度比较的嵌入以它结尾。每个元素计两次运算。

来源：ONNX 算子 LpNormalization。`,
  },
  meanVarianceNorm: {
    title: '均值方差归一化',
    summary: '在若干轴上使均值为 0、标准差为 1，没有权重。',
    doc: `减去所选轴上的均值，再除以标准差。通常的轴是批次、高和宽：每个通道一个均值和一个标准差。每个元素计两次运算。

来源：ONNX 算子 MeanVarianceNormalization。`,
  },
  dropout: {
    title: 'Dropout',
    summary: '训练时随机使神经元失活；推理时原样通过。',
    doc: `训练时以概率 p 把元素置零，其余的乘以 1/(1 − p)。推理时（此处运行的就是推理）什么也不做，也没有开销。AlexNet 和 VGG 在全连接层需要它。

来源：Srivastava 等，2014；ONNX 算子 Dropout。`,
  },
  add: {
    title: '相加',
    summary: '把各分支逐元素相加：残差块的捷径。',
    doc: `两个或多个张量逐元素相加。在残差块中，它把模块的输入加到输出上，权重只需学习差值 F(x) = H(x) − x。

形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：He 等，2015；ONNX 算子 Add、Sum。`,
  },
  multiply: {
    title: '相乘',
    summary: '用一个分支缩放另一个分支：门控与通道注意力。',
    doc: `两个或多个张量逐元素相乘。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复：压缩激励模块把 C×H×W 的特征图乘以每个通道一个系数，即 C×1×1。

来源：Hu 等，2017；ONNX 算子 Mul。`,
  },
  concat: {
    title: '拼接',
    summary: '把各分支叠在一起，默认沿通道：Inception 模块的结尾。',
    doc: `沿一个轴连接张量；其余的轴必须一致。它只搬运数据，不计运算。

来源：Szegedy 等，2014；ONNX 算子 Concat。`,
  },
  flatten: {
    title: '展平',
    summary: '把特征图排成一个向量，供全连接层使用。',
    doc: `把从指定的*轴*起的所有轴合并成一个，之前的合并成另一个。不搬运数据，没有开销。

来源：ONNX 算子 Flatten。`,
  },
  pad: {
    title: '填充',
    summary: '在特征图四周添加行和列。',
    doc: `用常数、以边缘为轴镜像的内容（*镜像*，边缘本身不重复）、重复的边缘（*重复边缘*）、对侧的内容（*取自对侧*）或无穷大（取最大值时从不或总是选中）来扩大特征图。它只搬运数据，不计运算。风格迁移网络用镜像，以免出现黑框。

来源：ONNX 算子 Pad。`,
  },
  reshape: {
    title: '变形',
    summary: '用不同的轴读取同样的元素。',
    doc: `元素保持行优先顺序，换成新的形状，批次也包括在内。0 保留输入该轴的长度；一个 −1 取余下的长度。不搬运数据，没有开销。两次变形之间加一次转置即可混洗通道。

来源：ONNX 算子 Reshape；Zhang 等，2017（ShuffleNet）。`,
  },
  transpose: {
    title: '转置',
    summary: '改变轴的顺序。',
    doc: `输出的轴 i 是输入的轴 perm[i]；不给顺序时轴反转。它只搬运数据，不计运算。

来源：ONNX 算子 Transpose。`,
  },
  squeeze: {
    title: '压缩维度',
    summary: '去掉长度为 1 的轴。',
    doc: `去掉指定的轴，每个长度都须为 1；不指定时去掉全部，批次为 1 时也包括在内。不搬运数据，没有开销。

来源：ONNX 算子 Squeeze。`,
  },
  unsqueeze: {
    title: '扩充维度',
    summary: '插入长度为 1 的轴。',
    doc: `在输出的每个指定位置插入一个长度为 1 的轴。不搬运数据，没有开销。

来源：ONNX 算子 Unsqueeze。`,
  },
  slice: {
    title: '切片',
    summary: '从张量中切出一部分。',
    doc: `从*起点*到*终点*（不含）每隔若干个位置取一个，与 Python 的切片相同；向后取时，早于第一个位置的*起点*就是第一个。它只搬运数据，不计运算。

来源：ONNX 算子 Slice。`,
  },
  split: {
    title: '拆分',
    summary: '沿一个轴把张量切成几部分。',
    doc: `拼接的逆运算。不给长度时各部分等长；除不尽时最后一份较短。它只搬运数据，不计运算。

来源：Ma 等，2018（ShuffleNetV2）；ONNX 算子 Split。`,
  },
  gather: {
    title: '按位置取',
    summary: '沿一个轴取出指定的位置。',
    doc: `按给定的顺序和次数取出一个轴上的指定位置。选择*去掉该轴*且只有一个位置时，该轴消失。它只搬运数据，不计运算。

来源：ONNX 算子 Gather。`,
  },
  take: {
    title: '查表',
    summary: '按第二个张量给出的位置沿一个轴取值。',
    doc: `对第二个张量中的每个位置，取第一个张量在那里的切片：第一个张量是表时，就是词嵌入。负的位置从末尾数起。轴上不存在的位置得到非数。它只搬运数据，不计运算。

来源：ONNX 算子 Gather。`,
  },
  gatherElements: {
    title: '按元素取',
    summary: '按第二个张量给出的位置沿一个轴取单个元素。',
    doc: `对第二个张量的每个元素，取第一个张量同一位置的元素，只是沿该轴的位置由第二个张量给出。负的位置从末尾数起。轴上不存在的位置得到非数。它只搬运数据，不计运算。

来源：ONNX 算子 GatherElements；PyTorch gather。`,
  },
  gatherNd: {
    title: '按坐标取',
    summary: '按坐标取切片。',
    doc: `第二个张量的每一行是第一个张量中一个切片的位置：其前导坐标。最前面的若干轴可以是两者共有的批次。负的坐标从末尾数起。轴上不存在的位置得到非数。它只搬运数据，不计运算。

来源：ONNX 算子 GatherND。`,
  },
  scatterNd: {
    title: '按坐标散布',
    summary: '复制一个张量，并替换其中一些切片。',
    doc: `每行坐标是一个切片的位置，由前导坐标给出；写入的内容在第三个张量中。负的坐标从末尾数起，超出范围的略去。它只搬运数据，不计运算。

来源：ONNX 算子 ScatterND。`,
  },
  scatterElements: {
    title: '按元素散布',
    summary: '复制一个张量，并替换其中一些元素。',
    doc: `每个更新值写到自己所在的位置，只是沿该轴的位置由位置张量给出。负的位置从末尾数起，超出范围的略去。它只搬运数据，不计运算。

来源：ONNX 算子 ScatterElements；PyTorch scatter。`,
  },
  expand: {
    title: '扩展',
    summary: '重复长度为 1 的轴。',
    doc: `像 NumPy 的广播那样，把输入沿长度为 1 的轴重复，直到达到给定的形状；写 1 则该轴不变。它只搬运数据，不计运算。

来源：ONNX 算子 Expand。`,
  },
  tile: {
    title: '平铺',
    summary: '沿各轴重复张量。',
    doc: `把张量的副本沿各轴并排放置，份数由各轴给出。它只搬运数据，不计运算。

来源：ONNX 算子 Tile。`,
  },
  oneHot: {
    title: '独热编码',
    summary: '新增一个轴，元素所指处取一个值，其余取另一个。',
    doc: `每个元素作为类别，变成沿新轴的一个向量。负的类别从末尾数起；不存在的类别全部得到 *关*的值。它只搬运数据，不计运算。

来源：ONNX 算子 OneHot。`,
  },
  trilu: {
    title: '取三角',
    summary: '保留矩阵的上三角或下三角。',
    doc: `把最后两个轴的对角线以下（或以上）置零：只向后看的注意力所用的掩码。它只搬运数据，不计运算。

来源：ONNX 算子 Trilu。`,
  },
  eyeLike: {
    title: '单位矩阵',
    summary: '形状与矩阵相同，对角线上为 1。',
    doc: `与输入矩阵一样大的矩阵，一条对角线上为 1，其余为 0。

来源：ONNX 算子 EyeLike。`,
  },
  resize: {
    title: '缩放',
    summary: '用插值放大或缩小特征图。',
    doc: `对高和宽重新采样：用于解码器和特征金字塔的上采样。最近邻只搬运数据，不计运算；每个输出元素双线性计 4 次、双三次计 16 次，即每读一个元素计一次。缩小时不做平滑，除非要求：那时插值核会加宽。

来源：ONNX 算子 Resize（坐标模式出自此处）；Keys 1981（双三次）。`,
  },
  gridSample: {
    title: '网格采样',
    summary: '在第二个张量指定的位置读取特征图。',
    doc: `每个输出像素按网格给出的位置用插值读取，x 和 y 从 −1 到 1 横跨特征图：用于形变、光流和空间变换网络。最近邻只搬运数据，不计运算；每个输出元素双线性计 4 次、双三次计 16 次。

来源：Jaderberg 等，2015；ONNX 算子 GridSample；PyTorch grid_sample。`,
  },
  depthToSpace: {
    title: '深度转空间',
    summary: '把 b² 个通道一组变成 b×b 个像素：超分辨率网络的结尾。',
    doc: `像素重排：H×W 的 C 个通道变成 bH×bW 的 C′ = C/b² 个通道。PyTorch 的 PixelShuffle 按 *列优先*（CRD）排列通道；ONNX、TensorFlow 和 Caffe 默认 *深度优先*（DCR）。它只搬运数据，不计运算。

来源：Shi 等，2016；ONNX 算子 DepthToSpace。`,
  },
  spaceToDepth: {
    title: '空间转深度',
    summary: '把 b×b 个像素变成 b² 个通道，不丢失任何信息。',
    doc: `缩小特征图而不丢弃任何值：bH×bW 的 C 个通道变成 H×W 的 C·b² 个通道，块内位置先于通道计数。它只搬运数据，不计运算。

来源：ONNX 算子 SpaceToDepth。`,
  },
  channelShuffle: {
    title: '通道混洗',
    summary: '把每组的通道分发到所有组。',
    doc: `把通道写成 g 行、每行 C/g 个，再按列读出，使下一个卷积的每一组都能看到之前所有组的通道。它只搬运数据，不计运算。

来源：Zhang 等，2017（ShuffleNet)，第 3.1 节；PyTorch ChannelShuffle。`,
  },
  subtract: {
    title: '相减',
    summary: '第一个张量减去第二个。',
    doc: `逐元素相减。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Sub。`,
  },
  divide: {
    title: '相除',
    summary: '第一个张量除以第二个。',
    doc: `逐元素相除。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Div。`,
  },
  power: {
    title: '幂',
    summary: '第一个张量的第二个张量次幂。',
    doc: `逐元素求幂。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Pow。`,
  },
  min: {
    title: '最小值',
    summary: '两个或多个张量逐元素取最小。',
    doc: `逐元素取最小值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Min。`,
  },
  max: {
    title: '最大值',
    summary: '两个或多个张量逐元素取最大。',
    doc: `逐元素取最大值；用于特征图就是 maxout。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Max。`,
  },
  mod: {
    title: '取余',
    summary: '除法的余数。',
    doc: `整除之后余下的部分。符号与除数相同（如 Python），或与被除数相同（如 C）。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Mod。`,
  },
  select: {
    title: '按掩码选择',
    summary: '按掩码从两个张量之一取每个元素。',
    doc: `掩码为正处取第一个张量的元素，其余取第二个的。形状须相同，或者长度为 1 的轴像 NumPy 那样重复。注意力用它隐藏位置：得分在 softmax 之前变成 −∞。

来源：Vaswani 等，2017；ONNX 算子 Where。`,
  },
  equal: {
    title: '等于',
    summary: '两个张量相等处为 1。',
    doc: `逐元素比较；真为 1，假为 0。非数与任何值都不相等，也不大于或小于任何值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Equal。`,
  },
  greater: {
    title: '大于',
    summary: '第一个张量较大处为 1。',
    doc: `逐元素比较；真为 1，假为 0。非数与任何值都不相等，也不大于或小于任何值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Greater。`,
  },
  greaterOrEqual: {
    title: '大于等于',
    summary: '第一个张量不小于第二个处为 1。',
    doc: `逐元素比较；真为 1，假为 0。非数与任何值都不相等，也不大于或小于任何值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 GreaterOrEqual。`,
  },
  less: {
    title: '小于',
    summary: '第一个张量较小处为 1。',
    doc: `逐元素比较；真为 1，假为 0。非数与任何值都不相等，也不大于或小于任何值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Less。`,
  },
  lessOrEqual: {
    title: '小于等于',
    summary: '第一个张量不大于第二个处为 1。',
    doc: `逐元素比较；真为 1，假为 0。非数与任何值都不相等，也不大于或小于任何值。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 LessOrEqual。`,
  },
  and: {
    title: '与',
    summary: '两个张量都为真处为 1。',
    doc: `逐元素的真值：不为零即为真，结果为 1 或 0。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 And。`,
  },
  or: {
    title: '或',
    summary: '两个张量之一为真处为 1。',
    doc: `逐元素的真值：不为零即为真，结果为 1 或 0。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Or。`,
  },
  xor: {
    title: '异或',
    summary: '两个张量恰有一个为真处为 1。',
    doc: `逐元素的真值：不为零即为真，结果为 1 或 0。形状须相同，或者长度为 1 的轴像 NumPy 那样沿另一个操作数重复。

来源：ONNX 算子 Xor。`,
  },
  not: {
    title: '非',
    summary: '真值取反。',
    doc: `元素为零处为 1，其余为 0：真值为 0 和 1。

来源：ONNX 算子 Not。`,
  },
  truth: {
    title: '真值',
    summary: '元素不为零处为 1。',
    doc: `元素不为零处为 1，其余为 0：转换为真值。

来源：ONNX 算子 Cast。`,
  },
  isNan: {
    title: '是否非数',
    summary: '元素为非数处为 1。',
    doc: `元素为非数（例如 0/0）处为 1，其余为 0。

来源：ONNX 算子 IsNaN。`,
  },
  isInf: {
    title: '是否无穷',
    summary: '元素为无穷处为 1。',
    doc: `元素为无穷（例如 1/0）处为 1，其余为 0。可以不计其中一种符号。

来源：ONNX 算子 IsInf。`,
  },
  sqrt: {
    title: '平方根',
    summary: '每个元素的平方根。',
    doc: `用单个运算写出的归一化的一部分。

来源：ONNX 算子 Sqrt。`,
  },
  exp: {
    title: '指数',
    summary: 'e 的每个元素次幂。',
    doc: `把对数尺度（例如方差或框的尺寸）变回原来的尺度。

来源：ONNX 算子 Exp。`,
  },
  log: {
    title: '对数',
    summary: '每个元素的自然对数。',
    doc: `把概率变成得分。小于零时为非数，零处为 −∞。

来源：ONNX 算子 Log。`,
  },
  abs: {
    title: '绝对值',
    summary: '去掉每个元素的符号。',
    doc: `保留每个元素的大小。

来源：ONNX 算子 Abs。`,
  },
  neg: {
    title: '取负',
    summary: '每个元素变号。',
    doc: `改变所有符号。

来源：ONNX 算子 Neg。`,
  },
  erf: {
    title: '误差函数',
    summary: '每个元素的高斯误差函数。',
    doc: `用单个运算写出的精确 GELU 的核心。

来源：ONNX 算子 Erf。`,
  },
  floor: {
    title: '向下取整',
    summary: '向下取整为整数。',
    doc: `不大于元素的最大整数。

来源：ONNX 算子 Floor。`,
  },
  ceil: {
    title: '向上取整',
    summary: '向上取整为整数。',
    doc: `不小于元素的最小整数。

来源：ONNX 算子 Ceil。`,
  },
  round: {
    title: '四舍六入',
    summary: '取最近的整数，一半时取偶数。',
    doc: `取最近的整数。恰为一半时取偶数，与 IEEE 754 相同：0.5 变成 0，1.5 变成 2。

来源：ONNX 算子 Round。`,
  },
  truncate: {
    title: '截尾取整',
    summary: '去掉小数部分：转换为整数。',
    doc: `向零取整，与浮点数转换为整数时相同。

来源：ONNX 算子 Cast。`,
  },
  roundHalf: {
    title: '舍入到 16 位',
    summary: '把数舍入为半精度能表示的数：转换过去再转换回来。',
    doc: `每个数只保留 float16（IEEE 754，11 位精度，最大 65,504）或 bfloat16（8 位精度，范围与 float32 相同）能表示的部分：取最近的数，恰为一半时取偶数；超出最大值的变成无穷。结果又是单精度，与网络中流动的一切相同。

来源：ONNX 算子 Cast；IEEE 754-2019。`,
  },
  sign: {
    title: '符号',
    summary: '负一、零或一。',
    doc: `负元素为 −1，正元素为 1，零为 0。

来源：ONNX 算子 Sign。`,
  },
  reciprocal: {
    title: '倒数',
    summary: '每个元素的倒数。',
    doc: `1 除以元素；零的倒数为无穷。

来源：ONNX 算子 Reciprocal。`,
  },
  sin: {
    title: '正弦',
    summary: '每个元素的正弦。',
    doc: `以弧度为单位的角的正弦：用于位置编码。

来源：ONNX 算子 Sin。`,
  },
  cos: {
    title: '余弦',
    summary: '每个元素的余弦。',
    doc: `以弧度为单位的角的余弦。

来源：ONNX 算子 Cos。`,
  },
  tan: {
    title: '正切',
    summary: '每个元素的正切。',
    doc: `以弧度为单位的角的正切。

来源：ONNX 算子 Tan。`,
  },
  asin: {
    title: '反正弦',
    summary: '正弦等于元素的角。',
    doc: `以弧度为单位，从 −π/2 到 π/2；超出 ±1 时为非数。

来源：ONNX 算子 Asin。`,
  },
  acos: {
    title: '反余弦',
    summary: '余弦等于元素的角。',
    doc: `以弧度为单位，从 0 到 π；超出 ±1 时为非数。

来源：ONNX 算子 Acos。`,
  },
  atan: {
    title: '反正切',
    summary: '正切等于元素的角。',
    doc: `以弧度为单位，从 −π/2 到 π/2。

来源：ONNX 算子 Atan。`,
  },
  sinh: {
    title: '双曲正弦',
    summary: '每个元素的双曲正弦。',
    doc: `e^x 与 e^−x 之差的一半。

来源：ONNX 算子 Sinh。`,
  },
  cosh: {
    title: '双曲余弦',
    summary: '每个元素的双曲余弦。',
    doc: `e^x 与 e^−x 之和的一半。

来源：ONNX 算子 Cosh。`,
  },
  asinh: {
    title: '反双曲正弦',
    summary: '双曲正弦的反函数。',
    doc: `向两侧都像对数一样增长。

来源：ONNX 算子 Asinh。`,
  },
  acosh: {
    title: '反双曲余弦',
    summary: '双曲余弦的反函数。',
    doc: `小于 1 时为非数。

来源：ONNX 算子 Acosh。`,
  },
  atanh: {
    title: '反双曲正切',
    summary: '双曲正切的反函数。',
    doc: `±1 处为无穷，超出时为非数。

来源：ONNX 算子 Atanh。`,
  },
  reduceMean: {
    title: '归约：均值',
    summary: '在若干轴上求均值。',
    doc: `在所选的轴上求平均；在高和宽上就是全局平均池化。

来源：ONNX 算子 ReduceMean。`,
  },
  reduceSum: {
    title: '归约：求和',
    summary: '在若干轴上求和。',
    doc: `在所选的轴上求和。

来源：ONNX 算子 ReduceSum。`,
  },
  reduceMax: {
    title: '归约：最大',
    summary: '在若干轴上取最大值。',
    doc: `保留所选轴上的最大值；没有元素时为 −∞。

来源：ONNX 算子 ReduceMax。`,
  },
  reduceMin: {
    title: '归约：最小',
    summary: '在若干轴上取最小值。',
    doc: `保留所选轴上的最小值；没有元素时为 ∞。

来源：ONNX 算子 ReduceMin。`,
  },
  reduceL1: {
    title: '归约：L1',
    summary: '在若干轴上求绝对值之和。',
    doc: `在所选的轴上把绝对值相加；没有元素时为 0。

来源：ONNX 算子 ReduceL1。`,
  },
  reduceL2: {
    title: '归约：L2',
    summary: '在若干轴上求欧几里得长度。',
    doc: `所选轴上平方和的平方根；没有元素时为 0。

来源：ONNX 算子 ReduceL2。`,
  },
  reduceLogSum: {
    title: '归约：和的对数',
    summary: '在若干轴上求和再取对数。',
    doc: `在所选的轴上求和再取对数；没有元素时为 −∞。

来源：ONNX 算子 ReduceLogSum。`,
  },
  reduceLogSumExp: {
    title: '归约：指数和的对数',
    summary: '在若干轴上的软最大值。',
    doc: `指数之和的对数：平滑的最大值。先提出最大的元素，以免溢出；没有元素时为 −∞。

来源：ONNX 算子 ReduceLogSumExp。`,
  },
  reduceProd: {
    title: '归约：乘积',
    summary: '在若干轴上求乘积。',
    doc: `在所选的轴上相乘；没有元素时为 1。

来源：ONNX 算子 ReduceProd。`,
  },
  reduceSumSquare: {
    title: '归约：平方和',
    summary: '在若干轴上求平方和。',
    doc: `在所选的轴上把平方相加；没有元素时为 0。

来源：ONNX 算子 ReduceSumSquare。`,
  },
  argMax: {
    title: '最大值位置',
    summary: '沿轴最大的元素在何处：每个像素的类别。',
    doc: `沿一个轴最大元素的位置：分类或分割网络最终的回答。

来源：ONNX 算子 ArgMax。`,
  },
  argMin: {
    title: '最小值位置',
    summary: '沿轴最小的元素在何处。',
    doc: `沿一个轴最小元素的位置：例如若干原型中最近的一个。

来源：ONNX 算子 ArgMin。`,
  },
  topK: {
    title: 'Top-k',
    summary: '沿轴最大的 k 个元素及其位置。',
    doc: `沿一个轴排序，保留最大（或最小）的 k 个元素，第二个输出为其位置；元素相等时先出现的在前。检测器用它保留最好的框。每个输入元素计一次运算。

来源：ONNX 算子 TopK。`,
  },
  nonMaxSuppression: {
    title: '非极大值抑制',
    summary: '保留检测器最好的框，去掉与更好的框重叠的。',
    doc: `对每幅图像的每个类别，从得分最高的框开始选取，去掉与已选框的重叠（交并比）超过限制的框。得分必须高于最低分数。

留下多少个框要到运行后才知道：形状给出的是上限，每幅图像 C·min(boxes, most) 行。多余的行为 −1，排在最后；模型自身的输出会裁到有效的行数。每个得分计一次运算。

来源：Girshick 等，2014，第 2.2 节；ONNX 算子 NonMaxSuppression。`,
  },
  nonZero: {
    title: '非零位置',
    summary: '不为 0 的元素在哪里。',
    doc: `每个不为 0 的元素一行：它的坐标，每个轴一个数，按元素的次序。与按坐标取值的层一起，用掩码挑选元素。

有多少个要到运行后才知道：形状给出的是上限，每个元素一行。多余的行为 −1，排在最后；模型自身的输出会裁到有效的行数。每个元素计一次运算。

来源：ONNX 算子 NonZero。`,
  },
  cumSum: {
    title: '累加和',
    summary: '沿轴到当前为止所有元素之和。',
    doc: `沿一个轴累加，每个元素加上之前的所有元素；选择*反向*时加上之后的所有元素；选择*不含自身*时不含自身。

来源：ONNX 算子 CumSum。`,
  },
  cumProd: {
    title: '累乘积',
    summary: '沿轴到当前为止所有元素之积。',
    doc: `沿一个轴累乘，每个元素乘上之前的所有元素；选择*反向*时乘上之后的所有元素；选择*不含自身*时不含自身。体渲染用它求每个采样点之后还剩多少光。

来源：ONNX 算子 CumProd。`,
  },
  determinant: {
    title: '行列式',
    summary: '每个方阵一个数：它怎样改变体积。',
    doc: `最后两个轴上各矩阵的行列式，用消元法求得：交换行，使每列中最大的数作除数。n 行的矩阵计 n³ 次运算。

来源：ONNX 算子 Det。`,
  },
  reverseSequence: {
    title: '序列反转',
    summary: '把每个序列开头的若干元素反过来，个数为其长度。',
    doc: `前两个轴中一个是样本，另一个是时间步。每个样本按其长度，开头的时间步以相反的次序出现，其后的不变。长度大于该轴时取该轴的长度。它只搬动数据，不计运算。

来源：ONNX 算子 ReverseSequence。`,
  },
  roiAlign: {
    title: '感兴趣区域对齐',
    summary: '从特征图中裁出检测器的各个框，每个成为同样大小的小图。',
    doc: `每个框分成若干格，每格取其中等距各点双线性插值的平均或最大者。框以图像像素给出两角的 x 和 y；*比例*把它们换到特征图上。离特征图超过一个像素的点计为 0。未给出采样数时，为格所覆盖的像素数。

每格的每个采样点计 4 次运算；采样数随框而定时，按论文的 2×2 计。

来源：He 等，2017（Mask R-CNN），第 3 节；ONNX 算子 RoiAlign；torchvision roi_align。`,
  },
  col2im: {
    title: '列转特征图',
    summary: '把各窗口放回裁出之处，重叠处相加。',
    doc: `各列依次存放特征图的窗口，每个窗口含其在每个通道的元素；每个元素加到窗口中它所在之处。落在填充中的丢弃。Transformer 的图像块由此变回特征图。列的每个元素计一次运算。

来源：ONNX 算子 Col2Im；PyTorch Fold。`,
  },
  quantize: {
    title: '量化',
    summary: '把实数舍入到整数类型的量化步长。',
    doc: `把实数变成整数：x / s 取整（恰为一半时取偶数），加上 z，超出类型范围的取其最小或最大值。整个张量共用一个缩放因子 s 和零点 z，或沿某个轴各有一个。

来源：ONNX 算子 QuantizeLinear；Jacob 等，2017。`,
  },
  dequantize: {
    title: '反量化',
    summary: '把整数变回它们代表的实数。',
    doc: `量化数所代表的实数：一个步长为 s，z 代表 0。整个张量共用一个缩放因子和零点，或沿某个轴各有一个。

来源：ONNX 算子 DequantizeLinear；Jacob 等，2017。`,
  },
  dynamicQuantize: {
    title: '动态量化',
    summary: '按现有的最小和最大值舍入到 uint8。',
    doc: `把实数变成 0 到 255 的整数，缩放因子和零点由张量自身得出：它们是第二和第三个输出。每个元素两次运算：一次找极值，一次舍入。

来源：ONNX 算子 DynamicQuantizeLinear。`,
  },
  quantConv2d: {
    title: '量化卷积',
    summary: '用整数网格上的权重对整数做卷积。',
    doc: `输入、权重和输出都是整数的卷积，各有缩放因子和零点：乘积之和是精确的，只有结果舍入，恰为一半时取偶数。权重和偏置以所代表的实数保存，再舍入到网格：权重按 s_w 的步长，偏置按 s_x·s_w 的步长。填充代表 0。开销与卷积相同，另加每个舍入的数一次运算。

来源：ONNX 算子 QLinearConv；Jacob 等，2017。`,
  },
  quantConv1d: {
    title: '一维量化卷积',
    summary: '用整数网格上的权重对整数信号做卷积。',
    doc: `沿信号的卷积，输入、权重和输出都是整数，各有缩放因子和零点：与量化卷积对一行的特征图所做的相同。

来源：ONNX 算子 QLinearConv；Jacob 等，2017。`,
  },
  quantLinear: {
    title: '量化全连接',
    summary: '用整数网格上的权重连接整数。',
    doc: `输入、权重和输出都是整数的全连接层，各有缩放因子和零点：乘积之和是精确的，只有结果舍入，恰为一半时取偶数。权重和偏置以所代表的实数保存，再舍入到网格：权重按 s_w 的步长，偏置按 s_x·s_w 的步长。开销与全连接层相同，另加每个舍入的数一次运算。

来源：ONNX 算子 QLinearMatMul、com.microsoft.QGemm；Jacob 等，2017。`,
  },
  quantMatmul: {
    title: '量化矩阵乘法',
    summary: '把两个整数张量按成批的矩阵相乘。',
    doc: `两个整数张量最后两个轴的乘积，各有缩放因子和零点：求和是精确的，只有结果舍入，恰为一半时取偶数。开销与矩阵乘法相同，另加每个舍入的数一次运算。

来源：ONNX 算子 QLinearMatMul。`,
  },
  quantAdd: {
    title: '量化相加',
    summary: '把不同网格上的两个整数张量相加。',
    doc: `把两个整数张量所代表的数相加，各有缩放因子和零点，再把和舍入到输出的步长，恰为一半时取偶数。张量像 NumPy 那样广播。缩放因子只相除一次，零点合并成一个常数；乘法与加法以单精度融合，与 onnxruntime 相同。计一次求和与一次舍入：每个输出元素两次运算。

来源：com.microsoft 算子 QLinearAdd。`,
  },
  quantSoftmax: {
    title: '量化 Softmax',
    summary: '把整数网格上的得分变成另一网格上的概率。',
    doc: `沿一个轴对整数做 softmax。指数取自 256 个数的表，每个数对应与最大得分的一个距离；求和与相除都用单精度，与 onnxruntime 相同；1/s_y 也像它那样向下取整，商舍入时恰为一半取偶数。输出类型放不下的数变成它最大的数。输入是一个字节的整数。计一次 softmax 与一次舍入：每个元素四次运算。

来源：com.microsoft 算子 QLinearSoftmax。`,
  },
  quantAvgPool: {
    title: '量化平均池化',
    summary: '在另一个网格上保留每个窗口中整数的平均值。',
    doc: `对每个窗口中整数所代表的数取平均，再把平均值舍入到输出的步长。全部用单精度，次序与 onnxruntime 相同：先加 z_y 再舍入，因此恰为一半时取输出网格上的偶数。窗口为整个特征图时，求和是精确的，恰为一半时先舍入再加 z_y。*计入填充*时，按窗口的所有位置取平均。开销与平均池化相同，另加每个舍入的数一次运算。

来源：com.microsoft 算子 QLinearAveragePool、QLinearGlobalAveragePool。`,
  },
  quantAvgPool1d: {
    title: '一维量化平均池化',
    summary: '在另一个网格上保留信号每个窗口中整数的平均值。',
    doc: `对信号每个窗口中整数所代表的数取平均，再把平均值舍入到输出的步长：与量化平均池化对一行的特征图所做的相同。

来源：com.microsoft 算子 QLinearAveragePool、QLinearGlobalAveragePool。`,
  },
  opaque: {
    title: '未知算子',
    summary: '代表此处未知的运算；保持其形状。',
    doc: `为某个程序有而 Netwright 没有的运算占位，使网络的其余部分可以查看和计数。无论输入是什么，它给出的形状都如所写。它的开销、计算内容和感受野都未知，凡是没有计入它的总量都会注明；含有它的网络不能运行，也不能导出为可运行的模型。

来源：torch.fx 的 \`call_function\` 与 \`call_module\` 节点，其中一些没有对应的层。`,
  },
  convBnRelu: {
    title: 'Conv–BN–ReLU',
    summary: '把卷积、批归一化和激活合为一个节点。',
    doc: `2015 年以来卷积网络的常用单元。卷积没有偏置：由归一化的平移代替。除非另选，激活为 ReLU；手机网络常另选其他激活。

来源：Ioffe 和 Szegedy 2015；torchvision（Conv2dNormActivation）。`,
  },
  residual: {
    title: '残差块',
    summary: '两个 3×3 卷积，其输出与输入相加。',
    doc: `ResNet-18 和 ResNet-34 的基本模块。更深的网络本可以照搬较浅的网络，让其余部分为恒等映射，但恒等映射很难学；这里模块只学习差值 F，F = 0 即为恒等。通道数或步幅改变时，捷径需要 1×1 投影。

采用预激活时，批归一化和 ReLU 位于每个卷积之前，求和之后不接任何层，捷径从头到尾保持畅通。

没有批归一化时，卷积带偏置：训练好的网络把归一化并入权重后就是如此，导出工具会为推理这样做。

来源：He 等，2015；He 等，2016（预激活）。`,
  },
  bottleneck: {
    title: '瓶颈块',
    summary: '先收窄再做 3×3 卷积、然后加宽的残差块。',
    doc: `ResNet-50 及更深网络的模块：1×1 卷积把 4C 个通道收窄到 C 个，3×3 作用于 C 个通道，1×1 再加宽到 4C 个。需要 17·H·W·C² 次乘加，而在 C 个通道上的两个 3×3 卷积需要 18·H·W·C² 次，且它多一个非线性。

论文在第一个 1×1 上取步幅；torchvision 在 3×3 上取步幅，能看到每个像素，开销略高。使用分组时，3×3 就是 ResNeXt 的；按扩展倍数让最后一个 1×1 之后的通道少于之前的四倍，就是 WideResNet 和 RegNet 的模块。压缩激励在 RegNet-Y 中位于 3×3 之后，在 SENet 中位于求和之前。

来源：He 等，2015，图 5；Xie 等，2016；Hu 等，2017；Radosavovic 等，2020；torchvision（ResNet v1.5, RegNet）。`,
  },
  preActBottleneck: {
    title: '预激活瓶颈块',
    summary: '在每个卷积之前归一化的瓶颈块，使捷径保持畅通。',
    doc: `ResNet-v2 的模块。批归一化和 ReLU 位于卷积之前，求和之后不接任何层：进入网络的内容可以原样到达任何深度，梯度可以不减弱地到达任何层。投影取第一次激活之后的输入；只缩小特征图时，用单像素池化每隔一个像素取一个。

之前有归一化的卷积没有偏置；最后一个卷积和投影有偏置，与 Keras 相同。

来源：He 等，2016，图 4e；Keras（ResNet50V2）。`,
  },
  inception: {
    title: 'Inception',
    summary: '四个感受野不同的分支并列，按通道拼接。',
    doc: `GoogLeNet 的模块：1×1、3×3、5×5 卷积和 3×3 最大池化读取同一输入，输出拼接在一起。在较大的卷积核之前和池化之后，用 1×1 卷积减少通道，使模块保持低开销。

论文有偏置、没有批归一化，并有 5×5 分支；torchvision 有批归一化、没有偏置，用 3×3 代替 5×5。

来源：Szegedy 等，2014，图 2b、表 1；torchvision。`,
  },
  fire: {
    title: 'Fire',
    summary: '先用 1×1 压缩，再用并列的 1×1 和 3×3 扩展。',
    doc: `SqueezeNet 的模块。权重集中在 3×3，而进入它的通道很少：只有 16 个时，64 个 3×3 卷积核需要 9,216 个权重，而不是 128 个通道所需的 73,728 个。

来源：Iandola 等，2016，第 3.2 节；torchvision（Fire）。`,
  },
  denseLayer: {
    title: '稠密层',
    summary: '由之前的所有特征图得出少量新特征图，并一起传下去。',
    doc: `DenseNet 的层：批归一化、ReLU 和收窄到 4k 个通道的 1×1，再接批归一化、ReLU 和给出 k 个新通道（增长率）的 3×3，然后拼接到输入上。n 个连成一排就是稠密块：每一层都能看到之前各层的结果，通道数从 C 增长到 C + n·k。

来源：Huang 等，2016，第 3 节；torchvision（_DenseLayer）。`,
  },
  transition: {
    title: '过渡层',
    summary: '在两个稠密块之间收窄并减半特征图。',
    doc: `批归一化、ReLU、把通道数（通常）减半的 1×1 卷积和 2×2 平均池化：稠密块只能处理同一尺寸的特征图，没有它还会不断变宽。

来源：Huang 等，2016，第 3 节；torchvision（_Transition）。`,
  },
  separableConv: {
    title: '深度可分离卷积',
    summary: '先做深度卷积，再做 1×1 卷积。',
    doc: `先逐通道读取周围，再逐位置混合通道：每个位置 K²·C + C·C_out 次乘加，代替 K²·C·C_out 次。对 3×3 和很多通道，接近九分之一。中间不加任何层，与 Xception 相同。

来源：Sifre 2014；Chollet 2016。`,
  },
  squeezeExcite: {
    title: '压缩激励',
    summary: '按整幅特征图的内容为每个通道加权。',
    doc: `每个通道的均值经过两个小层，第一层把 C 个通道压缩到 C/r 个；第二层为每个通道给出一个 0 到 1 之间的系数。需要 2C²/r 个参数，乘加却很少，因为特征图已变成每个通道一个值。

SENet 和 RegNet-Y 用 ReLU 和 sigmoid，EfficientNet 用 SiLU 和 sigmoid，MobileNetV3 用 ReLU 和 hard sigmoid。

来源：Hu 等，2017；Howard 等，2019；Tan 和 Le 2019；torchvision（SqueezeExcitation）。`,
  },
  invertedResidual: {
    title: '倒残差',
    summary: '用 1×1 加宽，逐通道读取周围，再收窄。',
    doc: `内外翻转的残差块：捷径连接窄的两端，中间在 t 倍的通道上用深度卷积工作，每个元素需要 K² 次而不是 K²·C 次乘加。最后一个 1×1 之后不接任何层：在窄的空间中加非线性会丢失信息（线性瓶颈）。

从 24 个通道扩展到 144 个时：每个位置 24·144 + 9·144 + 144·24 次乘加，而在 144 个通道上做 3×3 需要 186,624 次。

它是 MobileNetV2（ReLU6）、MNASNet（ReLU）、MobileNetV3（hard swish、压缩激励）和 EfficientNet（SiLU、压缩激励）的模块。

来源：Sandler 等，2018；Tan 等，2018；Howard 等，2019；Tan 和 Le 2019；torchvision。`,
  },
  fusedInvertedResidual: {
    title: '融合倒残差',
    summary: '把前两个卷积合为一个的倒残差。',
    doc: `用一个 3×3 卷积同时加宽并读取周围，代替 1×1 和深度卷积。乘加更多，但在深度卷积较慢的机器上用时更少：EfficientNetV2 以它开头，通道多时改用倒残差。不扩展时，就只有这一个 3×3。

来源：Tan 和 Le 2021；torchvision（FusedMBConv）。`,
  },
  shuffleUnit: {
    title: 'ShuffleNet 单元',
    summary: '只处理一半通道，再用混洗混合两半。',
    doc: `ShuffleNetV2 的单元。一半通道直接通过；另一半经过 1×1、深度 3×3 和 1×1。两半拼接后混洗通道，信息无需额外的层就能交换。特征图缩小时没有直接通过的部分：两个分支都读取全部输入，其中一个经过深度 3×3 和 1×1。

所有 1×1 卷积的输入与输出通道数相同，在同样的乘加下搬运的内存最少。

来源：Ma 等，2018，图 3；torchvision（shufflenetv2 的 InvertedResidual）。`,
  },
  convNext: {
    title: 'ConvNeXt',
    summary: '7×7 深度卷积、层归一化和倒瓶颈，旁边是捷径。',
    doc: `仿照 Transformer 构造的残差块：一个大的深度卷积混合位置，再由两个 1×1 卷积（中间通道数为四倍）混合通道；一个归一化，一个激活。每个通道的系数 γ（layer scale）从 1e-6 开始，使每个模块一开始几乎是恒等映射。

来源：Liu 等，2022，图 4；torchvision（CNBlock）。`,
  },
  inceptionA: {
    title: 'Inception A（v3）',
    summary: '用两个 3×3 代替较大卷积核的 Inception。',
    doc: `Inception-v3 用于最大特征图的模块。两个连续的 3×3 看到 5×5 个像素，每对通道用 18 个而不是 25 个权重。

来源：Szegedy 等，2015，图 5；torchvision（InceptionA）。`,
  },
  inceptionC: {
    title: 'Inception C（v3）',
    summary: '把 7×7 卷积核拆成 1×7 和 7×1 的 Inception。',
    doc: `Inception-v3 用于 17×17 特征图的模块。n×n 卷积核每对通道需要 n² 个权重；连续的 1×n 和 n×1 需要 2n 个，看到的同样多：n = 7 时是 14 个而不是 49 个。论文发现这在 12 到 20 的特征图上划算。

来源：Szegedy 等，2015，图 6；torchvision（InceptionC）。`,
  },
  inceptionE: {
    title: 'Inception E（v3）',
    summary: '把 3×3 卷积核换成并列的 1×3 和 3×1 的 Inception。',
    doc: `Inception-v3 用于最小特征图（8×8）的模块。1×3 和 3×1 的输出并列而不是串联：特征图较粗时，宽的表示更容易训练。

来源：Szegedy 等，2015，图 7；torchvision（InceptionE）。`,
  },
  aspp: {
    title: 'ASPP',
    summary: '同时以多种感受野读取特征图，以及整幅特征图。',
    doc: `空洞空间金字塔池化：一个 1×1、三个采样点相隔 r 个像素的 3×3（覆盖 2r + 1），以及整幅特征图的均值，并列后由一个 1×1 合并。不缩小特征图就能看到多种大小的物体。

来源：Chen 等，2017（DeepLabv3），图 5；torchvision（ASPP）。`,
  },
  userBlock: {
    title: '自定义模块',
    summary: '你自己的模块：设计中若干节点合为一个名称，可任意多次使用。',
    doc: `把属于一起的节点合成一个节点，其组成以模块名保存在设计中。每个使用该名称的节点都代表同样的层，修改模块会同时修改它们；但各有各的权重。

内部的每个输入节点各对应一个输入，每个输出节点各对应一个输出，按其顺序：解码器的一步既接收下层传来的值，也接收旁路传来的值；骨干网络给出每个尺度的特征图。它可以包含其他模块，但不能包含自身。设置*重复*时会连续重复若干次，前提是它的输出能作为自身的输入：每个副本的第一个输入取前一个副本的第一个输出，其余输入都取相同的值；其余输出取自最后一个副本。

在设计文件中，\`blocks\` 按名称保存每个模块及其节点：其中为模块接收的每个值各有一个 \`input\`，其形状是制作模块时的形状（使用时取所接收的形状），并为它给出的每个值各有一个 \`output\`。代表双输入模块的节点以列表接线：\`"from": ["up", "skip"]\`。代表双输出模块的节点要写明：\`"params": { "block": "trunk", "outputs": 2 }\`；第一个输出写作 \`"trunk"\`，第二个写作 \`"trunk:out1"\`。`,
  },
} as const satisfies Readonly<Record<NodeKind, NodeTexts>>;
