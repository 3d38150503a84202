/** Lines with names and numbers in them, in simplified Chinese: {0}, {1} … stand for the same as in the English. */
export const lines: Readonly<Record<string, string>> = {
  // Files
  '{0}: is not a file.': '{0}：不是文件。',
  '{0}: is no file.': '{0}：不是文件。',
  '{0}: cannot be read: {1}.': '{0}：无法读取：{1}。',
  '{0}: cannot be read: {1}.{2}': '{0}：无法读取：{1}。{2}',
  ' Name the files in it, such as "{0}/**/*.json".': '请写明其中的文件，例如 "{0}/**/*.json"。',
  '{0}: cannot be written: {1}.': '{0}：无法写入：{1}。',
  '{0}: cannot be written: {1}.{2}': '{0}：无法写入：{1}。{2}',
  ' Nothing was written; run the command again.': '没有写入任何内容；请重新运行命令。',
  ' Make it writable first, or name another file.': '请先设为可写，或指定另一个文件。',
  '{0}: has more than the {1} MiB that such a file may have.': '{0}：超过此类文件的上限 {1} MiB。',
  '{0}: is not UTF-8 text.': '{0}：不是 UTF-8 文本。',
  '{0}: is not JSON: {1}.': '{0}：不是 JSON：{1}。',
  '{0}: {1} more problems like these.': '{0}：还有 {1} 个类似的问题。',
  '{0}: {1} more operators were left out.': '{0}：另有 {1} 个算子被略去。',
  '{0}: stands for too much. Write several patterns.': '{0}：匹配的范围过大。请写成多个模式。',
  '{0}: fits more than {1} files. Name fewer.': '{0}：匹配的文件超过 {1} 个。请减少。',
  '{0}: leads into more than {1} folders. Begin it further down.':
    '{0}：涉及的文件夹超过 {1} 个。请从更深的位置写起。',
  '{0}: cannot be watched: {1}. Name fewer files.': '{0}：无法监视：{1}。请减少文件。',
  '{0}: fits no file.': '{0}：没有匹配的文件。',
  '{0}: its folder cannot be watched.': '{0}：无法监视它所在的文件夹。',
  'Watching 1 file; Ctrl+C ends it.': '正在监视 1 个文件；按 Ctrl+C 结束。',
  'Watching {0} files; Ctrl+C ends it.': '正在监视 {0} 个文件；按 Ctrl+C 结束。',
  'git: the object {0} cannot be read.': 'git：无法读取对象 {0}。',
  '{0}: is no file, no folder, and no revision that git knows here.':
    '{0}：不是文件、文件夹，也不是 git 在此处知道的修订版本。',
  '{0}: is no PNG, JPEG or WebP that can be read.': '{0}：不是可读取的 PNG、JPEG 或 WebP。',
  '{0}: {1}×{2} pixels are too many; {3} million can be read.': '{0}：{1}×{2} 像素过多；上限为 {3} 百万。',
  '{0}: has no pixels.': '{0}：没有像素。',
  '{0}: cannot be decoded: {1}.': '{0}：无法解码：{1}。',
  '{0}: an input is a picture (.png, .jpg, .webp) or a tensor (.npy, .pb).':
    '{0}：输入应为图片（.png、.jpg、.webp）或张量（.npy、.pb）。',
  '{0}: outputs are written as .npy or .json.': '{0}：输出写成 .npy 或 .json。',
  '{0}: a .npy holds one tensor, and the network has {1} outputs. Use .json.':
    '{0}：一个 .npy 只存一个张量，而网络的输出个数为 {1}。请用 .json。',
  '{0}: is no .npy that can be read: {1}.': '{0}：不是可读取的 .npy：{1}。',
  'it starts otherwise': '开头不符',
  'its header is cut off': '文件头不完整',
  'its element type "{0}" is none of {1}': '元素类型“{0}”不在 {1} 之中',
  'it is not in C order': '不是 C 顺序',
  'it holds another number of elements than it says': '元素个数与声明不符',
  '{0}: its name says no format that can be written. Use one of {1}.':
    '{0}：从名称看不出可写的格式。可用：{1}。',
  '{0}: its name says no format that a picture or table is written in. Use one of {1}.':
    '{0}：从名称看不出图片或表格可写的格式。可用：{1}。',
  '{0}: its name says no format that the {1} is written in. Use one of {2}.':
    '{0}：从名称看不出“{1}”可写的格式。可用：{2}。',
  'a fault of the program, not of your input: {0}': '这是程序的错误，与您的输入无关：{0}',
  ' (NETWRIGHT_DEBUG=1 tells where.)': '（NETWRIGHT_DEBUG=1 会说明位置。）',

  // Configurations
  '{0}: builds on itself, by way of {1}.': '{0}：循环继承自身，途经 {1}。',
  '{0}: builds on more than {1} configurations in all.': '{0}：继承的配置总数超过 {1} 个。',
  '{0}: extends "{1}", and there is no such package here. Install it, or write a file as "./{2}".':
    '{0}：继承“{1}”，而此处没有这个包。请安装，或写成文件 "./{2}"。',
  '{0}:{1}:{2}: must be files, each with rules, each with a count from 1. Write it anew: netwright lint FILES --suppress-all':
    '{0}:{1}:{2}：应为文件，其下为规则，其下为不小于 1 的计数。请重新生成：netwright lint FILES --suppress-all',
  '--preset {0}: there is no such preset. Presets: {1}.': '--preset {0}：没有这个规则集。规则集有：{1}。',
  '--explain {0}: there is no such rule. Did you mean {1}?': '--explain {0}：没有这条规则。是否想写 {1}？',
  'Source: {0}.': '来源：{0}。',
  'Presets: {0}.': '规则集：{0}。',
  'Asks for the opposite of {0}. {1}': '要求的与 {0} 正好相反。{1}',
  '  {0} ({1}): {2}. {3}': '  {0}（{1}）：{2}。{3}',
  '  {0}: nothing to say.': '  {0}：无可指出。',
  '  {0}: finds {1}.': '  {0}：指出 {1}。',
  'lint: name a file, such as design.json.': 'lint：请写明文件，例如 design.json。',
  'lint: name a file to watch, such as design.json.': 'lint：请写明要监视的文件，例如 design.json。',
  '{0}: --fix saves the design, so it is linted as it is: leave out --shape.':
    '{0}：--fix 会保存设计，因此按原样检查：请去掉 --shape。',
  '{0}: merging saves a spec, without weights. Name a file for it: -o merged.json':
    '{0}：合并结果保存为设计文件，不含权重。请为它指定文件：-o merged.json',
  '{0}: --fix saves what it changes, so it needs a file.': '{0}：--fix 会保存改动，因此需要文件。',
  '{0}: --fix saves specs. Make one of it first: netwright convert {1} design.json':
    '{0}：--fix 只保存设计文件。请先转换：netwright convert {1} design.json',
  '{0}: would be fixed: {1} ({2})': '{0}：将被修复：{1}（{2}）',
  '1 finding': '1 处发现',
  '{0} findings': '{0} 处发现',
  '{0} more findings.': '另有 {0} 处发现。',
  '{0} fixed': '{0} 处已修复',
  '{0} suppressed': '{0} 处已静音',

  // Designs and their inputs
  'zoo:{0}: there is no such network. Did you mean zoo:{1}? "netwright zoo" lists all.':
    'zoo:{0}：没有这个网络。是否想写 zoo:{1}？"netwright zoo" 可列出全部。',
  'Its inputs are: {0}.': '其输入为：{0}。',
  '{0}: has {1} inputs, so --shape must name the one that it is for. {2}':
    '{0}：有 {1} 个输入，--shape 必须写明是哪一个。{2}',
  '{0}: has no input "{1}" for --shape. {2}': '{0}：没有 --shape 所写的输入“{1}”。{2}',
  '{0}: has no input "{1}". {2}': '{0}：没有输入“{1}”。{2}',
  '{0}: has {1} inputs; feed each by its name, as in --input {2}=FILE. {3}':
    '{0}：有 {1} 个输入；请按名称逐一给出，例如 --input {2}=FILE。{3}',
  '{0}: its input "{1}" is not fed. Add --input {2}=FILE.':
    '{0}：输入“{1}”没有给出。请加上 --input {2}=FILE。',
  '{0}: its input "{1}" is {2}; a picture needs 1 or 3 channels×height×width.':
    '{0}：输入“{1}”为 {2}；图片需要 1 或 3 个通道×高×宽。',
  '{0}: needs something to run on: give either --image or --input.':
    '{0}：缺少输入：请给出 --image 或 --input。',
  '{0}: the run was cancelled.': '{0}：运行已取消。',
  '--exercise is told as text or json, not as {0}.': '--exercise 只能以 text 或 json 输出，不能以 {0} 输出。',
  '{0}: has more than {1} answers.': '{0}：超过 {1} 个答案。',
  'the app is not installed here; NETWRIGHT_APP can name the program to start.':
    '此处没有安装应用；可用 NETWRIGHT_APP 指定要启动的程序。',
  '{0}: the app opens specs (.netwright.json), models (.onnx, .keras, .pt) and PyTorch programs (.py).':
    '{0}：应用可打开设计文件（.netwright.json）、模型（.onnx、.keras、.pt）和 PyTorch 程序（.py）。',
  'NETWRIGHT_PYTHON is {0}, which has no torch. Install it: {1} -m pip install torch':
    'NETWRIGHT_PYTHON 为 {0}，它没有 torch。请安装：{1} -m pip install torch',
  'There is no python3 on the path. Install Python and torch, or name one that has it: NETWRIGHT_PYTHON=/path/to/python3':
    '路径中没有 python3。请安装 Python 和 torch，或指定已安装的：NETWRIGHT_PYTHON=/path/to/python3',
  'None of {0} has torch. Install it, python3 -m pip install torch, or name a Python that has it: NETWRIGHT_PYTHON=/path/to/python3':
    '{0} 都没有 torch。请用 python3 -m pip install torch 安装，或指定已安装的 Python：NETWRIGHT_PYTHON=/path/to/python3',

  // Arguments
  'It must be {0}.': '应为{0}。',
  'It must be {0}; ">=" in front for at least, or a range such as "{1}".':
    '应为{0}；前面加 ">=" 表示至少，或“{1}”之类的范围。',
  'It must be a rule, or RULE={0}.': '应为一条规则，或 RULE={0}。',
  'It must be a whole number from {0}.': '应为不小于 {0} 的整数。',
  'It must be a whole number from {0} to {1}.': '应为 {0} 到 {1} 的整数。',
  'It must be positive whole numbers with commas between, such as 3,224,224 or image=3,224,224.':
    '应为以逗号分隔的正整数，例如 3,224,224 或 image=3,224,224。',
  'It must be closest, shares, field, largest:QUANTITY or smallest:QUANTITY; quantities are {0}.':
    '应为 closest、shares、field、largest:QUANTITY 或 smallest:QUANTITY；QUANTITY 可为 {0}。',
  '"{0}" is none of {1}.': '“{0}”不在 {1} 之中。',
  '{0} counts {1} and {2} {3}: they cannot be set side by side.':
    '{0} 计算的是{1}，{2} 计算的是{3}：不能并列。',
  'Two tools at most can be set side by side.': '至多并列两个工具。',
  '--{0} {1} is taken as ±{2}, which a saving breaks too; +{3} allows at most so much more.':
    '--{0} {1} 按 ±{2} 理解，节省过多也算超出；+{3} 表示至多增加这么多。',
  'memory and storage such as 256KiB,1MiB, or one of {0}': '内存和存储，例如 256KiB,1MiB，或以下之一：{0}',
  '--fits: at most {0} can be given.': '--fits：至多可给出 {0} 个。',
  'counted with {0}': '计法：{0}',
  '"{0}" is named twice. Name each once.': '“{0}”写了两次，请只写一次。',
  '"{0}" is no target: it must be {1}.': '“{0}”不是目标：应为{1}。',

  // Tables
  ' and ': ' 和 ',
  '{0}, input {1}': '{0}，输入 {1}',
  '{0}. {1}: {2}': '{0}。{1}：{2}',
  ' Weights in {0}, activations in {1}.': '权重为 {0}，激活为 {1}。',
  ' Peak memory for a batch of {0}.': '内存峰值按批大小 {0} 计算。',
  ' {0} of unknown cost are not in the totals.': '{0} 个开销未知，不计入合计。',
  'peak memory {0} KiB': '内存峰值 {0} KiB',
  '{0}. {1} of {2} layers differ; one multiply-add is one operation.':
    '{0}。共 {2} 层，其中 {1} 层不同；一次乘加算一次运算。',
  '{0} parameters, {1} multiply-adds': '参数 {0}，乘加 {1}',
  '{0}: {1} as {2} counts them.': '{0}：{1}，按 {2} 的算法。',
  '{0}: {1} as {2} count them.': '{0}：{1}，按 {2} 的算法。',
  ' Not counted, since it was never judged: {0}.': '以下从未核对过，不计：{0}。',

  '--like has no CSV. Use --format json, table or markdown.':
    '--like 没有 CSV。请用 --format json、table 或 markdown。',

  // Budgets
  'at most {0}': '至多 {0}',
  'at least {0}': '至少 {0}',
  '{0} to {1}': '{0} 到 {1}',
  '{0} of {1}': '{1} 的 {0}',
  '{0}{1} % against the baseline': '{0}{1} %，与基准相比',
  '{0}: has no budget. Give one with --macs, --params, --memory or --time, or in a {1}.':
    '{0}：没有预算。请用 --macs、--params、--memory 或 --time 给出，或写在 {1} 中。',
  '{0}: a share ({1}) needs a design to be a share of. Give it with --baseline.':
    '{0}：比例（{1}）需要基准设计。请用 --baseline 给出。',
  '{0}: this engine cannot plan it: netwright plan tells why, --no-engine leaves its arena out.':
    '{0}：本引擎无法规划它：netwright plan 会说明原因，--no-engine 则不计其内存区。',
  '{0}: this engine cannot run it, so that its limit on memory cannot be judged as it is counted: netwright plan tells why.':
    '{0}：本引擎无法运行它，因此无法按此计法判断内存限制：netwright plan 会说明原因。',
  '{0}: how long some of it takes is not known, so that its limit on time cannot be judged: netwright plan tells of what.':
    '{0}：其中一部分的用时未知，无法判断用时限制：netwright plan 会说明是哪部分。',

  // Steering
  '{0}: there is nothing to keep to. Give a limit, such as --macs 4.1G, or a --wish.':
    '{0}：没有要满足的限制。请给出限制，例如 --macs 4.1G，或 --wish。',
  '{0}: there is no such law. There are {1}.': '{0}：没有这条规律。有：{1}。',
  "{0}: --keep is of a design's layers; of a law, what is not named by --vary stays as it is.":
    '{0}：--keep 用于设计的层；对规律而言，--vary 未写明的保持不变。',
  '{0}: 1 answer': '{0}：1 个答案',
  '{0}: {1} answers': '{0}：{1} 个答案',
  '{0}, {1} {2}': '{0}，{1}{2}',
  '{0}: 1 member keeps the limits, {1}': '{0}：1 个成员满足限制，{1}',
  '{0}: {1} members keep the limits, {2}': '{0}：{1} 个成员满足限制，{2}',
  '{0}: no variant keeps the limits. {1}': '{0}：没有变体满足限制。{1}',
  '{0}: no variant was found that keeps the limits. {1}': '{0}：没有找到满足限制的变体。{1}',
  'It must be a size, such as 16GiB.': '必须是大小，例如 16GiB。',
  'Largest batch in {0} bytes, weights among them: {1} for a training step, {2} for a run.':
    '{0} 字节（含权重）内的最大批量：训练一步 {1}，运行 {2}。',
  '{0} s left': '剩余 {0} 秒',
  '{0} min {1} s left': '剩余 {0} 分 {1} 秒',
  '{0} h {1} min left': '剩余 {0} 小时 {1} 分',
  '{0} variants, {1} kept': '{0} 个变体，保留 {1} 个',
  '{0} of {1} variants were looked at.': '共 {1} 个变体，{0} 个变体已检查。',
  ' Milliseconds are predicted for {0}.': '毫秒数是对 {0} 的预计。',
  '  What binds: {0} {1}; the nearest has {2}.': '  受限于：{0} {1}；最接近的为 {2}。',
  '  The nearest: {0}.': '  最接近的：{0}。',
  '  Would help, each by itself: --vary {0}.': '  单独放开以下任一项即可：--vary {0}。',
  'It is given twice. Say both at once, such as "{0}".': '给出了两次。请一次写明，例如“{0}”。',
  '{0}: 1 variant.': '{0}：1 个变体。',
  '{0}: 1 variant on the Pareto front of {1}.': '{0}：1 个变体，位于 {1} 的帕累托前沿。',
  '{0}: 1 of {1} variants has a problem, such as channels that groups do not divide, and is left out.':
    '{0}：{1} 个变体中有 1 个有问题（例如通道数不能被分组整除），已略去。',
  '{0}: {1} variants.': '{0}：{1} 个变体。',
  '{0}: {1} variants on the Pareto front of {2}.': '{0}：{1} 个变体，位于 {2} 的帕累托前沿。',
  ' Stopped before its end: {0} of {1}.': '提前停止：共 {1} 个，已查 {0} 个。',
  ' The first {0}; --format csv has all.': '只列前 {0} 个；--format csv 给出全部。',
  '{0}: {1} of {2} variants have a problem, such as channels that groups do not divide, and are left out.':
    '{0}：共 {2} 个变体，其中 {1} 个有问题（例如通道数不能被分组数整除），已略去。',

  // Memory
  '{0}: peak memory of activations, one sample in {1}.': '{0}：激活的峰值内存，单个样本，{1}。',
  '{0}: peak memory of activations, a batch of {1} in {2}.': '{0}：激活的峰值内存，批大小 {1}，{2}。',
  'Peak by {0}; weights with running statistics.': '峰值：{0}；权重含运行统计量。',
  'First layers patch by patch; {0}.': '前几层分块计算；{0}。',
  'saves {0}, proven': '节省 {0}，已证明',
  'saves {0}, the best found: too much to search': '节省 {0}，为找到的最好结果：搜索量过大',
  ', {0} more': '，另 {0} 个',

  // Time
  '1 thread': '1 个线程',
  '{0} threads': '{0} 个线程',
  'Wide vectors are not used: they could not be tried here.': '未使用宽向量：无法在此试验。',
  'Wide vectors are not used: with them the kernels compute something else here.':
    '未使用宽向量：在本机上内核用它们算出的结果不同。',
  "Wide vectors: the kernels' product is {0} times as fast with them here, and gives the same.":
    '宽向量：在本机上内核的乘积快至 {0} 倍，且结果相同。',
  "Wide vectors are not used: the kernels' product is {0} times as fast with them here.":
    '未使用宽向量：在本机上内核的乘积仅为 {0} 倍的速度。',
  '{0} predicted (nine times in ten {1} to {2})': '{0}（预测；十次中有九次在 {1} 到 {2} 之间）',
  '{0} predicted (at least; not known of {1}; nine times in ten {2} to {3})':
    '{0}（预测的下限；未知的层：{1}；十次中有九次在 {2} 到 {3} 之间）',
  'There are no times for this machine with {0} yet. Measure it once: netwright calibrate --threads {1}.':
    '还没有本机在 {0}下的用时。请测量一次：netwright calibrate --threads {1}。',
  'calibrate: was cancelled; nothing is kept.': 'calibrate：已取消；没有保存任何内容。',
  '{0}, {1}, kernels "{2}", measured in {3} s: {4} GFLOP/s in the caches, {5} GB/s from memory.':
    '{0}，{1}，内核 "{2}"，测量用时 {3} s：缓存内 {4} GFLOP/s，内存 {5} GB/s。',
  'Kept in {0}': '已保存到 {0}',
  '{0}, kernels "{1}", {2}': '{0}，内核 "{1}"，{2}',
  'In {0}': '在 {0} 上',
  '{0} of {1} KiB': '{0} / {1} KiB',
  '{0} on {1}: {2} ms; {3}': '{0}，{1}：{2} ms；{3}',
  '{0} on {1}': '{0}，{1}',
  '{0} weights loaded.': '已载入 {0} 个权重。',
  '{0} weights loaded; {1} in the file unused: {2}{3}.': '已载入 {0} 个权重；文件中有 {1} 个未用到：{2}{3}。',
  'Weights are seeded ({0}), not trained: the scores say that the network runs, not what is seen.':
    '权重由种子 {0} 生成，未经训练：得分只说明网络能运行，不说明看到了什么。',
  '{0}: --run is of this machine; leave it or --target out.': '{0}：--run 针对本机；请去掉它或 --target。',
  '{0}: the least times have no picture. Use --format table or json.':
    '{0}：最短用时没有图片。请用 --format table 或 json。',
  '{0}: {1} runs as it is written, and has no time of its own. Leave --run out.':
    '{0}：{1} 按原样运行，没有单独的用时。请去掉 --run。',
  '{0}: its peak rates are not known. Give it "gigaflops" and "gigabytesPerSecond" under "targets" in netwright.config.json.':
    '{0}：峰值速率未知。请在 netwright.config.json 的 "targets" 中给出 "gigaflops" 和 "gigabytesPerSecond"。',
  '{0} on {1}: at least {2} at {3} GFLOP/s and {4} GB/s, each step by what bounds it, planned as this engine would.':
    '{0}，{1}：按 {3} GFLOP/s 和 {4} GB/s 至少 {2}，每一步按其受限的一方计算，执行计划与本引擎相同。',
  '{0} on {1}: {2} GFLOP/s at most, {3} GB/s from memory; memory is the bound below {4} FLOPs per byte.':
    '{0}，{1}：上限 {2} GFLOP/s，内存带宽 {3} GB/s；每字节低于 {4} FLOPs 时受内存限制。',
  '{0} of {1} steps are bound by memory, {2} of {3}:':
    '共 {1} 步，其中 {0} 步受内存限制，用时 {3} 中的 {2}：',
  '  {0}: 2 · {1} FLOPs for {2} bytes are {3} a byte. Its bytes take {4} at {5} GB/s whatever is computed: half of the multiply-adds would save nothing, a smaller or narrower map would.':
    '  {0}：2 · {1} FLOPs，搬运 {2} 字节，即每字节 {3} FLOPs。按 {5} GB/s 搬运这些字节要 {4}，与计算量无关：乘加减半也省不了时间，更小或更窄的特征图可以。',
  '{0}, measured by {1}: {2} ms in all.': '{0}，测量工具：{1}：合计 {2} ms。',
  '{0}: {1} beside {2}, milliseconds.': '{0}：{1} 与 {2}，毫秒。',
  '{0}: {1} of {2} rows are of layers of the design.': '{0}：共 {2} 行，其中 {1} 行属于设计中的层。',
  '  Of no layer: {0}.': '  不属于任何层：{0}。',
  '  Nothing is told of {0}.': '  没有以下层的时间：{0}。',
};
