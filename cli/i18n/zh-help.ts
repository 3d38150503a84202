/**
 * What the reader of arguments says, in simplified Chinese: help, and what is wrong with an argument. It puts names and lists
 * between the sentences, which stand here as far as none interrupts them.
 */
export const help: Readonly<Record<string, string>> = {
  'Shapes, costs, budgets, design rules and runs of convolutional networks.':
    '卷积网络的形状、开销、预算、设计规则与运行。',
  'output the version number': '显示版本号',
  'display help for command': '显示命令的帮助',
  'the language of help, errors and tables': '帮助、错误与表格所用的语言',
  'error: unknown option ': '错误：未知的选项 ',
  'error: unknown command ': '错误：未知的命令 ',
  'error: missing required argument ': '错误：缺少参数 ',
  'error: too many arguments': '错误：参数过多',
  'error: option ': '错误：选项 ',
  'error: command-argument value ': '错误：参数的值 ',
  ' argument missing': ' 缺少值',
  ' is invalid. ': ' 无效。',
  'Allowed choices are ': '可选的值有 ',
  '(Did you mean ': '(是否想写 ',
  '(Did you mean one of ': '(是否想写其中之一：',
  'Usage:': '用法：',
  'Arguments:': '参数：',
  'Options:': '选项：',
  'Commands:': '命令：',
  'Examples:': '示例：',
  '(default: ': '(默认：',
  '(choices: ': '(可选：',
  ', default: ': '，默认：',
  'list the published networks, with parameters and multiply-adds': '列出已发表的网络及其参数与乘加',
  'how to print the result': '结果的输出格式',
  'also draw each change, as SVG into that folder: comments take no pictures':
    '同时把每处改动画成 SVG，写入该文件夹：评论中不能放图片',
  'what every layer outputs and costs, and the totals': '每一层的输出与开销，以及合计',
  'a spec (.json), a model (.onnx, .pt, .keras, .h5, .weights.h5, .hdf5), a PyTorch module (model.py:Net), zoo:NAME, or - for a spec on standard input':
    '设计文件（.json）、模型（.onnx、.pt、.keras、.h5、.weights.h5、.hdf5）、PyTorch 模块（model.py:Net）、zoo:NAME，或 - 表示从标准输入读取设计文件',
  'the shape of an input, such as 3,320,320; of several, once for each by its name':
    '输入的形状，例如 3,320,320；有多个输入时，按名称各写一次',
  'the same as --shape': '与 --shape 相同',
  'how long each takes on this machine, as predicted once netwright calibrate has measured it':
    '各层在本机上的用时，先由 netwright calibrate 测量本机，再预计得出',
  'of the times: all cores when left out': '用时所按的线程数：不写则为所有核心',
  'the most milliseconds of a run, as predicted for this machine: ':
    '运行一次的毫秒数的上限，按对本机的预计：',
  'how long each takes on this machine, too, as predicted from its layers':
    '同时列出各变体在本机上的用时，由其各层预计得出',
  'Predicted milliseconds: ': '预计毫秒数：',
  'a time with its unit, such as 20ms, 1.5s or 800us, or a share of the baseline: +5% for at most 5 % more, ±5% for 5 % more or less':
    '带单位的时间，例如 20ms、1.5s 或 800us，或相对基准的比例：+5% 表示至多增加 5 %，±5% 表示上下浮动 5 %',
  "samples that memory is told for; the design's own when left out": '计算内存所用的样本数；不写则按设计本身',
  'what one operation is': '一次运算指什么',
  'operations or parameters as another tool counts them, or as two do, layer by layer. ':
    '按另一个工具（或两个工具逐层对照）的方式计算运算或参数。',
  'Operations, a multiply-add two of them; 1 per output of convolutions and linear layers for the bias, which takes up batch norm after a convolution; pooling its window per output; softmax 64 per output; ReLU nothing (the estimate of its converter).':
    '运算，一次乘加为两次；卷积和全连接层的偏置每个输出 1，卷积之后的批归一化并入其中；池化每个输出为其窗口；softmax 每个输出 64；ReLU 不计（即其转换器的估计）。',
  'Multiply-adds; 1 per output for a bias; 2 per element of batch norm; 1 per output of ReLU; 1 per input element of pooling; sums of branches nothing (its pytorch backend).':
    '乘加；偏置每个输出计 1；批归一化每个元素计 2；ReLU 每个输出计 1；池化每个输入元素计 1；分支求和不计（其 pytorch 后端）。',
  'Weights and biases of a convolution once for each place of its output; those of any other layer once, of batch norm too; what has none nothing.':
    '卷积的权重与偏置按输出的每个位置计一次；其他层（包括批归一化）计一次；没有权重的不计。',
  'Multiply-adds of convolutions and linear layers, as the papers of ResNet, MobileNet and ShuffleNet call FLOPs; nothing else.':
    '只计卷积与线性层的乘加，即 ResNet、MobileNet、ShuffleNet 论文所称的 FLOPs。',
  'Parameters as model.summary() totals them: running means and variances are among them, 4 per channel of batch norm.':
    '按 model.summary() 合计的参数：包括滑动均值与方差，批归一化每个通道计 4。',
  'Multiply-adds of convolutions and linear layers; nothing else.': '只计卷积与线性层的乘加。',
  'Multiply-adds; 4 per element of batch norm; 1 per output of average pooling, and for pooling to a size its window and 1 per output.':
    '乘加；批归一化每个元素 4 次；平均池化每个输出 1 次，池化到指定尺寸时为窗口大小加每个输出 1 次。',
  'Multiply-adds; 2 per element of batch norm; 1 per input element of pooling to a size; operators that it has no handle for nothing.':
    '乘加；批归一化每个元素 2 次；池化到指定尺寸时每个输入元素 1 次；没有计数方法的算子不计。',
  'list the layers inside blocks instead of the blocks': '列出模块内的层，而不是模块',
  'make blocks of the layers that a residual, inception or other block stands for':
    '把构成残差、Inception 等模块的层折叠成模块',
  'hold designs against the design rules, and the problems of their shapes':
    '按设计规则检查设计，并检查形状问题',
  "; or a pattern such as 'designs/**/*.json'": "；或模式，例如 'designs/**/*.json'",
  "rules to use instead of the design's: ": '代替设计自身设置的规则集：',
  'switch a rule on, or set its severity: ID or ID=error|warning|info|off; may be given several times':
    '打开一条规则，或设置其严重程度：ID 或 ID=error|warning|info|off；可写多次',
  'apply the safe fixes, and save the spec': '应用安全的修复并保存设计文件',
  'tell what --fix would do and what would be left, and save nothing':
    '说明 --fix 会做什么、会剩下什么，但不保存',
  'how to print the findings': '发现的输出格式',
  'accept so many warnings (none, if the configuration says nothing)': '允许的警告数（配置未写明时为零）',
  'print the settings that hold for a file, as JSON': '以 JSON 输出对某个文件生效的设置',
  'print what a rule asks, and why': '输出一条规则的要求及其理由',
  'silence what is found today, counted per file and rule in netwright.suppressions.json':
    '静音目前的发现，按文件和规则计数，记入 netwright.suppressions.json',
  'take what is solved out of that file': '从该文件中去掉已解决的项',
  'that file, if it is another': '该文件的路径（若不是默认的）',
  'go on, and tell again whenever a file changes': '持续运行，文件改变时重新输出',
  'judge anew only what changed since the last time: files, settings or the program':
    '只重新检查上次以来有变化的：文件、设置或程序',
  'where that is kept (.netwright-cache.json)': '缓存的位置（.netwright-cache.json）',
  'the configuration to use, in place of the netwright.config.json found upwards':
    '所用的配置，代替向上查找到的 netwright.config.json',
  'use none': '不使用配置',
  'whether designs keep their budgets': '检查设计是否满足预算',
  'the design that shares such as +5% are of, instead of the pinned one':
    '+5% 这类比例所对的基准设计，代替所设的基准',
  'the most multiply-adds: ': '乘加的上限：',
  'the most parameters: ': '参数的上限：',
  'the most peak memory of activations: ': '激活内存峰值的上限：',
  'a number, a short form such as 15.5G, or a share of the baseline: +5% for at most 5 % more, ±5% for 5 % more or less':
    '数值、简写如 15.5G，或相对基准的比例：+5% 表示至多增加 5 %，±5% 表示上下浮动 5 %',
  'a number of bytes, a size such as 12MiB, or a share of the baseline: +5% for at most 5 % more, ±5% for 5 % more or less; behind it how the peak is counted, as in 256KiB greedyArena: inPlace, depthwiseInPlace, concatFree, greedyArena, engineArena':
    '字节数、大小如 12MiB，或相对基准的比例：+5% 表示至多增加 5 %，±5% 表示上下浮动 5 %；其后可写峰值的计法，如 256KiB greedyArena：inPlace、depthwiseInPlace、concatFree、greedyArena、engineArena',
  'a number of bytes, a size such as 12MiB, or a share of the baseline: +5% for at most 5 % more, ±5% for 5 % more or less':
    '字节数、大小如 12MiB，或相对基准的比例：+5% 表示至多增加 5 %，±5% 表示上下浮动 5 %',
  'judge by an exercise instead of a budget': '按练习而不是预算评判',
  'answers to its hidden cells, as JSON: ': '隐藏单元格的答案，JSON 格式：',
  'the layers added, removed and changed from one design to another, and what that costs':
    '两个设计之间新增、删除和修改的层，及其对开销的影响',
  'the other design, likewise': '另一个设计，格式相同',
  'what a change does to networks: totals, budgets, layers and findings, as a comment for its review':
    '一次改动对网络的影响：合计、预算、层与发现，作为评审意见输出',
  'a file, a folder, zoo:NAME, or a revision of git': '文件、文件夹、zoo:NAME，或 git 的修订版本',
  'what it became, likewise': '改动之后的版本，格式相同',
  'a design as lines that a diff can be read of, for git': '把设计写成便于比较差异的文本行，供 git 使用',
  'a spec or a model; what is neither is printed as it is': '设计文件或模型；其他文件原样输出',
  'merge two designs that grew from one, by node, parameter and wire':
    '按节点、参数和连线合并由同一设计发展出的两个设计',
  'the spec that both grew from': '两者共同的原设计文件',
  'the one that takes the result': '接收合并结果的设计文件',
  'the other one': '另一个设计文件',
  'write the result here, and leave OURS as it is': '把结果写到这里，OURS 保持不变',
  'what OURS is called where conflicts are told; git knows it as %P':
    '提示冲突时 OURS 的名称；git 以 %P 给出',
  'the designs that keep limits, nearest to this one first': '满足限制的设计，最接近原设计的在前',
  '; or law:NAME for a published family: ': '；或 law:NAME 表示已发表的网络家族：',
  'Multiply-adds: ': '乘加：',
  'FLOPs (2 per multiply-add): ': 'FLOPs（每次乘加计 2）：',
  'All operations: ': '全部运算：',
  'Parameters: ': '参数：',
  'Bytes of weights, running statistics among them (float32): ': '权重字节数，含运行统计量（float32）：',
  'Peak activation memory: ': '激活内存峰值：',
  'Peak activation memory, activations and sums in place: ': '激活内存峰值，激活与求和原地计算：',
  'Peak activation memory, activations, sums and depthwise convolutions in place: ':
    '激活内存峰值，激活、求和与深度卷积原地计算：',
  'Peak activation memory, concatenation without a copy: ': '激活内存峰值，拼接不复制：',
  "Peak activation memory, in TFLite Micro's arena: ": '激活内存峰值，按 TFLite Micro 的内存区：',
  "Peak activation memory, in this engine's arena: ": '激活内存峰值，按本引擎的内存区：',
  'Bytes of all activations: ': '全部激活的字节数：',
  'Bytes for a training step: ': '训练一步的字节数：',
  'Depth: ': '深度：',
  'Receptive field: ': '感受野：',
  'at most so much': '至多这么多',
  'at least so much': '至少这么多',
  'a knob that may be turned: KNOB=LOW..HIGH:STEP such as stage3.width=128..512:8, KNOB=A,B,C, or KNOB alone for values around where it stands':
    '允许调节的可调项：KNOB=LOW..HIGH:STEP，例如 stage3.width=128..512:8；KNOB=A,B,C；或只写 KNOB，取当前值附近的值',
  'knobs, stages or layers that stay as they are': '保持不变的可调项、阶段或层',
  'what makes one design better than another: closest (to the original), shares (of the stages as they were), field (as it was), largest:QUANTITY or smallest:QUANTITY':
    '设计优劣的标准：closest（最接近原设计）、shares（各阶段占比不变）、field（感受野不变）、largest:QUANTITY 或 smallest:QUANTITY',
  'the design that shares such as +5% are of, instead of this one': '+5% 这类比例所对的设计，代替本设计',
  'how many answers': '答案的个数',
  'the largest batch that each answer can be trained with, in so many bytes, such as 16GiB':
    '每个答案在这么多字节（例如 16GiB）内能训练的最大批量',
  'the largest batch that can be trained, and run, in so many bytes, such as 16GiB':
    '在这么多字节（例如 16GiB）内能训练以及能运行的最大批量',
  'write the best answer as a spec': '把最优答案写成设计文件',
  'what every variant of a design counts': '列出设计的每个变体的开销',
  'what is counted besides, such as memory-in-place,memory-arena: peaks of memory by other conventions':
    '另外统计的量，例如 memory-in-place,memory-arena：其他计法的内存峰值',
  'only variants that no other is better than in all of these, such as macs,params; of depth and field, more is better':
    '只保留没有其他变体在这些量上全面更优的，例如 macs,params；深度与感受野以大为优',
  'write a design in another format, by the name of the output': '按输出文件名的格式写出设计',
  'the file to write; - for a spec on standard output': '要写的文件；- 表示把设计文件写到标准输出',
  'of weights, where the design brings none': '设计没有权重时所用的随机种子',
  'weights to use (': '所用的权重 (',
  "), by the design's names, its PyTorch code's or torchvision's":
    ')，按设计、其 PyTorch 代码或 torchvision 的名称对应',
  'draw a network: its graph, its volumes to scale as papers do, its costs along depth, or a table of them':
    '绘制网络：计算图、论文中按比例的立体图、沿深度的开销，或开销表',
  'the picture or table; - for SVG on standard output': '图片或表格文件；- 表示把 SVG 写到标准输出',
  'what to draw; by the name of the output when left out': '绘制的内容；不写则按输出文件名决定',
  'how much is shown: every layer, blocks closed, or stages with repeat counts; auto is blocks for the graph and stages for volumes':
    '显示的细节：每一层、合上的模块，或带重复次数的阶段；auto 时计算图用模块，立体图用阶段',
  'where the graph flows': '计算图的方向',
  'how the extents of volumes become lengths: true to scale, or by their logarithm so that small maps stay visible':
    '立体图的尺寸如何换算成长度：按比例，或取对数使小特征图仍可见',
  'colours for a light or for a dark page': '适合浅色或深色页面的颜色',
  'no background': '没有背景',
  'pixels of a PNG to one of the picture: 2 is sharp on most screens, 4 in print':
    'PNG 像素与图片单位之比：2 在多数屏幕上清晰，印刷用 4',
  'leaves out the outlines of the pinned baseline': '不画所设基准的轮廓',
  'lists the layers inside blocks instead of the blocks': '列出模块内的层，而不是模块',
  "run a network on a photograph or a tensor, with the model's weights or seeded ones":
    '用照片或张量运行网络，使用模型的权重或按种子生成的权重',
  'a PNG, JPEG or WebP to feed': '作为输入的 PNG、JPEG 或 WebP',
  'the same, or a tensor (.npy, .pb); of several inputs, once for each by its name':
    '同上，或张量（.npy、.pb）；有多个输入时，按名称各写一次',
  'where to write what comes out (.npy, .json)': '输出写到哪里（.npy、.json）',
  'how the picture becomes the input; as the design says when left out': '图片如何变成输入；不写则按设计',
  'of the weights': '权重的随机种子',
  'how many classes to list': '列出多少个类别',
  'what runs it': '使用的后端',
  'threads of the CPU backend; all cores when left out': 'CPU 后端的线程数；不写则使用全部核心',
  'let V8 use wider vectors, where that was measured to pay': '在测得有益处时允许 V8 使用更宽的向量',
  'also list the time of every step': '同时列出每一步的用时',
  'what the CPU would run, by which algorithm, and how much memory that takes':
    'CPU 将运行什么、用何种算法、需要多少内存',
  'all cores when left out': '不写则使用全部核心',
  'the peak of activation memory under several conventions, and what is alive there':
    '按几种约定计算的激活内存峰值，以及峰值处存活的张量',
  'leave out the arena of the engine, which has to be planned': '不计引擎自身的内存区（它需要先规划）',
  'whether it fits, by type of number, in memory and storage such as 256KiB,1MiB, or one of stm32f412, stm32f746, stm32f765, stm32h743, or in one that netwright.config.json names; as often as there are targets':
    '按数值类型判断能否放进内存与存储，例如 256KiB,1MiB，或 stm32f412、stm32f746、stm32f765、stm32h743 之一，或 netwright.config.json 所命名的目标；每个目标写一次',
  'whether all that it takes fits, in memory and storage such as 256KiB,1MiB, or one of stm32f412, stm32f746, stm32f765, stm32h743, or in one that netwright.config.json names; as often as there are targets':
    '判断所需的全部内存能否放进内存与存储，例如 256KiB,1MiB，或 stm32f412、stm32f746、stm32f765、stm32h743 之一，或 netwright.config.json 所命名的目标；每个目标写一次',
  'the least that it takes on a device that netwright.config.json names with its peak rates, instead of times here':
    '在 netwright.config.json 以峰值速率命名的设备上至少需要的用时，代替本机的用时',
  'open a design or a model in the app on the desktop': '在桌面应用中打开设计或模型',
  'a spec (.netwright.json), a model, or a PyTorch program (.py); the app alone, where left out':
    '设计文件（.netwright.json）、模型或 PyTorch 程序（.py）；不写则只打开应用',
  'the Python file that writes PyTorch modules as designs': '把 PyTorch 模块写成设计的 Python 文件',
  'print where it lies': '输出它的位置',
  'copy it into a folder': '把它复制到文件夹',
  'costs, findings and budget of a design, again whenever its file is saved':
    '设计的开销、发现与预算，每次保存文件后重新输出',
  '; of Python also every file beside it': '；Python 还包括旁边的每个文件',
  'tell it once and end': '输出一次即结束',
  'print the JSON Schema of specs, for editors and validators':
    '输出设计文件的 JSON Schema，供编辑器和校验器使用',
  'that of netwright.config.json instead': '改为 netwright.config.json 的',
  'that of exercises instead': '改为练习的',
  'FILE is a spec (.json), a model (.onnx, .pt, .keras, .h5, .weights.h5, .hdf5), a PyTorch module (model.py:Net), zoo:NAME for a published network, or - for a spec on standard input.':
    'FILE 为设计文件（.json）、模型（.onnx、.pt、.keras、.h5、.weights.h5、.hdf5）、PyTorch 模块（model.py:Net）、zoo:NAME 表示已发表的网络，或 - 表示从标准输入读取设计文件。',
  'Exit codes: 0 fine, 1 findings or over budget, 2 bad usage or unreadable input.':
    '退出码：0 正常，1 有发现或超出预算，2 用法错误或输入无法读取。',
  'Exit code 1 when the design has problems; they are told on standard error.':
    '设计有问题时退出码为 1；问题写到标准错误。',
  'Exit code 1 with an error, with more warnings than accepted, or with counts in netwright.suppressions.json of what is solved; remarks ("info") are never counted.':
    '有错误、警告多于允许数，或 netwright.suppressions.json 中有已解决的计数时，退出码为 1；提示（"info"）从不计入。',
  'Limits that are not given are those of the spec, then those of the configuration. The share +5% allows at most 5 % more than the baseline, ±5% as much more or less.':
    '未写的限制取自设计文件，其次取自配置。比例 +5% 表示至多比基准多 5 %，±5% 表示上下浮动这么多。',
  'Exit code 1 when a limit is broken, or when problems of the design leave its cost unknown.':
    '超出限制，或设计的问题使开销未知时，退出码为 1。',
  'It has 65,536 characters at most, as many as a comment may. It tells times where netwright calibrate measured this machine. Exit code 1 when a design cannot be read.':
    '最多 65,536 个字符，即一条评论的上限。用 netwright calibrate 测量过本机时也列出用时。设计无法读取时退出码为 1。',
  'To set it up: git config ': '设置方法：git config ',
  ', and in .gitattributes: ': '，并在 .gitattributes 中写：',
  'Exit code 1 with conflicts: each is told, and what is written has OURS there.':
    '有冲突时退出码为 1：逐一列出，写出的结果在该处取 OURS。',
  'A limit is the most there may be; ">=3G" is the least, "3G..4G" both, "+5%" and "±5%" are shares of the baseline.':
    '限制表示上限；">=3G" 为下限，"3G..4G" 为上下限，"+5%" 和 "±5%" 为相对基准的比例。',
  'Peaks of memory are of the batch, in its type of activations as the design says; all else is of one sample, bytes in float32.':
    '内存峰值按批量、按设计的激活类型计；其余均按单个样本，字节数按 float32 计。',
  'Without --vary, the widths and depths of all stages may be turned; of a law, what makes its members.':
    '不写 --vary 时，可调节所有阶段的宽度与深度；对于规律则为构成其成员的参数。',
  'Exit code 1 when no design keeps the limits.': '没有设计满足限制时退出码为 1。',
  'Formats:': '格式：',
  'Netwright spec': 'Netwright 设计文件',
  'ONNX; the weights are those of the model or seeded ones': 'ONNX；权重为模型的或按种子生成的',
  'PyTorch module': 'PyTorch 模块',
  'Keras 3 model': 'Keras 3 模型',
  'weights, named as the PyTorch module names them; the weights are those of the model or seeded ones':
    '权重，按 PyTorch 模块的名称命名；为模型的或按种子生成的',
  'cost table: ': '开销表：',
  'Views and the names of their files:': '视图及其文件名：',
  "Of the batch, in the design's type of activations; the engine computes in float32.":
    '按批次计算，激活取设计的数值类型；引擎以 float32 计算。',
  'Conventions:': '约定：',
  'Every layer writes a tensor of its own; a tensor lives from the layer that writes it to the last that reads it.':
    '每一层写出各自的张量；张量从写它的层存活到最后一个读它的层。',
  'What works element by element, normalisations among it, writes over an input that nothing reads later, as the authors of MCUNet count.':
    '逐元素的运算（包括归一化）覆盖之后不再读取的输入，与 MCUNet 作者的算法相同。',
  'what it saves to compute the first layers patch by patch, and what the overlaps cost':
    '前几层分块计算能省多少，重叠又多算多少',
  'The same, and a depthwise convolution writes over what it reads, channel by channel (Lin et al. 2020, section 3.2): the one channel that it needs beside is not counted.':
    '同上，且深度卷积逐通道覆盖其输入（Lin 等 2020，3.2 节）：另需的一个通道不计。',
  'Activations and sums in place, and what is concatenated is written at its place in the whole from the start.':
    '激活与求和原地计算，且被拼接的部分从一开始就写到整体中的位置。',
  'Normalisations and activations belong to the layer before them; every other tensor gets the first gap that is free while it lives, larger tensors first, at multiples of 16 bytes.':
    '归一化和激活归入前一层；其余张量按从大到小，取存活期间空闲的第一个间隙，按 16 字节对齐。',
  'What a run of this engine on one thread allocates for activations: every tensor that a step of its plan reads or writes, and what its algorithms need beside, each in the first gap that is free while it lives. What is fused with the step before it has no tensor. In float32.':
    '本引擎单线程运行时为激活分配的内存：其计划中每一步读写的张量，以及各算法另需的空间，各放入其存活期间的第一个空隙。与前一步融合的没有张量。按 float32 计。',
  'The app is looked for where its installers put it; NETWRIGHT_APP names another.':
    '在安装程序放置的位置查找应用；可用 NETWRIGHT_APP 指定另一个。',
  'It needs torch 1.13 or newer and nothing else:': '只需要 torch 1.13 或更新的版本：',
  'From a program of your own:': '在你自己的程序中：',
  'Other commands call it by themselves: ': '其他命令会自行调用它：',
  'Ends with Ctrl+C.': '按 Ctrl+C 结束。',
  'measure this machine, so that plan, fit and roofline know how long networks take on it':
    '测量本机，使 plan、fit 和 roofline 知道网络在本机上的用时',
  'which layers arithmetic bounds and which memory, under the two ceilings of this machine':
    '在本机的两条上限之下，哪些层受计算限制，哪些受内存限制',
  'times of runs, with weights that are made up, instead of predicted ones':
    '用随机权重实际运行计时，而不是预测',
  'Takes some 20 seconds, 30 at most; best while nothing else runs. Kept for this processor, so many threads and this':
    '约需 20 秒，至多 30 秒；最好在没有其他程序运行时进行。结果按此处理器、此线程数和此',
  'version, in the folder that the system has for such (NETWRIGHT_CACHE names another).':
    '版本保存在系统的缓存文件夹中（可用 NETWRIGHT_CACHE 指定另一个）。',
  'The machine is measured once by: netwright calibrate.': '先用 netwright calibrate 测量一次本机。',
  'times that another tool measured, by the layers of a design; two are compared':
    '另一个工具测得的用时，按设计的层列出；给出两份时加以比较',
  'the file that the tool wrote': '该工具写出的文件',
  'another one, to be compared with the first': '另一份，与第一份比较',
  'Layers that the tool fused have one time together. Sums are those of the tool.':
    '被该工具融合的层共用一个用时。合计以该工具为准。',
  'Read are:': '可读取：',
  'how the CPU keeps weights of fully connected and 1×1 layers: bfloat16 is half the bytes, each weight rounded by up to 0.4 %':
    'CPU 如何保存全连接层和 1×1 层的权重：bfloat16 字节减半，每个权重的舍入误差至多 0.4 %',
};
