/** Texts of the reference, the story, exercises and the tour, in simplified Chinese. */
export const zhTeach: Readonly<Record<string, string>> = {
  'What is counted': '计数的内容',
  Glossary: '术语表',
  'Published networks and the rules': '已发表的网络与规则',
  Reference: '参考手册',
  Back: '返回',
  'Design rules': '设计规则',
  'All pages': '全部页面',
  'Search the reference': '搜索参考手册',
  'No page speaks of that.': '没有相关页面。',
  'Costs and words': '成本与术语',
  'All at a glance': '一览',
  'Drag it onto the canvas, or press to put it behind what is selected':
    '拖到画布上，或单击以添加到所选层之后',
  'Add to the canvas': '添加到画布',
  'Open this example': '打开此示例',
  Learn: '学习',
  'From AlexNet to ResNet': '从 AlexNet 到 ResNet',
  'The story': '发展历程',
  'The chapter before': '上一章',
  'The next chapter': '下一章',
  'Compare with {{name}}': '与 {{name}} 对比',
  '**What it cost** against {{before}}:': '**代价**，与 {{before}} 相比：',
  '- multiply-adds {{from}} → **{{to}}** ({{change}})': '- 乘加 {{from}} → **{{to}}**（{{change}}）',
  '- parameters {{from}} → **{{to}}** ({{change}})': '- 参数 {{from}} → **{{to}}**（{{change}}）',
  '- peak memory {{from}} → **{{to}}**': '- 峰值内存 {{from}} → **{{to}}**',
  '- depth {{from}} → **{{to}}**': '- 深度 {{from}} → **{{to}}**',
  '**AlexNet, 2012.** Five convolutions with ReLU and max pooling, then three fully connected layers: **{{macs}}** multiply-adds and **{{params}}** parameters. It was trained on two cards of 3 GB each. All that follows is held against this.':
    '**AlexNet，2012 年。** 五个带 ReLU 的卷积层与最大池化，再接三个全连接层：**{{macs}}** 次乘加，**{{params}}** 个参数。它在两块各 3 GB 的显卡上训练。之后的网络都与它对比。',
  '**Where the costs are.** The convolutions do {{convMacs}} of the multiply-adds; the fully connected layers hold {{fcParams}} of the parameters; the outputs of all layers take {{memory}}, most of it in the first ones.':
    '**成本在哪里。** 卷积层占 {{convMacs}} 的乘加；全连接层占 {{fcParams}} 的参数；所有层的输出共 {{memory}}，大部分在最前面几层。',
  '**ZFNet, 2013: AlexNet with better settings.** conv1 looks at 7×7 with stride 2 where AlexNet looked at 11×11 with stride 4: less is lost at once, and its filters cost {{conv1}} multiply-adds instead of {{conv1Before}}.':
    '**ZFNet，2013 年：设置更好的 AlexNet。** conv1 用 7×7、步幅 2，而 AlexNet 用 11×11、步幅 4：一开始丢失的信息更少，它的乘加为 {{conv1}}，原来是 {{conv1Before}}。',
  '**More filters later on.** conv3 to conv5 are wider. Every number here was found by trial and error: who wants a larger network starts over.':
    '**后面的卷积核更多。** conv3 到 conv5 更宽。这里的每个数字都靠反复试验得到：想要更大的网络就得从头再来。',
  '**VGG, 2014: rules instead of trial and error.** Every convolution is 3×3 with stride 1 and padding 1, every pool 2×2 with stride 2, and channels double after a pool. Networks of any depth follow from that.':
    '**VGG，2014 年：用规则代替试错。** 所有卷积都是 3×3、步幅 1、填充 1，所有池化都是 2×2、步幅 2，池化后通道数加倍。任意深度的网络都由此得出。',
  '**Why 3×3.** Two of them see what one 5×5 sees, with one ReLU more, for 18·C² weights instead of 25·C². Half the map with twice the channels costs as many multiply-adds again, half the memory and four times the parameters.':
    '**为什么用 3×3。** 两个 3×3 与一个 5×5 的感受野相同，还多一个 ReLU，权重是 18·C² 而不是 25·C²。特征图边长减半、通道数加倍时，乘加不变，内存减半，参数变为四倍。',
  '**Where it is large.** fc6 alone holds {{fc6}} of {{params}} parameters; {{stem}} multiply-adds are spent before the maps are down to 28×28.':
    '**大在哪里。** 仅 fc6 就占 {{params}} 个参数中的 {{fc6}}；在特征图降到 28×28 之前就用掉 {{stem}} 次乘加。',
  '**GoogLeNet, 2014: efficiency.** An aggressive stem: from 224 to 28 pixels for {{stem}} multiply-adds and {{stemParams}} parameters, where VGG-16 spends {{stemBefore}}.':
    '**GoogLeNet，2014 年：讲求效率。** 激进的主干起始部分：从 224 降到 28 像素只用 {{stem}} 次乘加和 {{stemParams}} 个参数，而 VGG-16 要用 {{stemBefore}} 次乘加。',
  '**Inception.** 1×1, 3×3, 5×5 and a pool side by side, joined by their channels; 1×1 convolutions narrow what the larger windows look at.':
    '**Inception。** 1×1、3×3、5×5 卷积与池化并列，按通道拼接；1×1 卷积先减少较大卷积的输入通道。',
  '**Global average pooling** instead of fully connected layers: the mean of each map, then one matrix. It holds {{fc}} of the parameters; in VGG-16 they hold {{fcBefore}}.':
    '**全局平均池化**代替全连接层：每个特征图取均值，再接一个矩阵。它占 {{fc}} 的参数；VGG-16 的全连接层占 {{fcBefore}}。',
  '**ResNet, 2015: depth without the wall.** Stacked deeper, plain networks fit even their training set worse. Here a block adds its input to what it computes: to be the identity, it only has to learn F(x) = 0.':
    '**ResNet，2015 年：突破深度的瓶颈。** 普通网络堆得更深时，连训练集都拟合得更差。这里每个块把输入加到计算结果上：要成为恒等映射，只需学到 F(x) = 0。',
  '**Bottlenecks.** 4C → C → C → 4C costs 17·H·W·C² multiply-adds, less than the 18·H·W·C² of two 3×3 at C, for a block of three layers that carries four times the channels.':
    '**瓶颈块。** 4C → C → C → 4C 需要 17·H·W·C² 次乘加，少于两个 C 通道 3×3 卷积的 18·H·W·C²，而这个三层的块承载四倍的通道。',
  Exercise: '练习',
  Exercises: '练习',
  'Exercise {{number}} of {{count}}': '练习 {{number}} / {{count}}',
  'The exercise before': '上一个练习',
  'The next exercise': '下一个练习',
  'Open an exercise …': '打开练习…',
  'Solved.': '已完成。',
  'The design has no problems': '设计没有问题',
  'Input and output keep their shapes': '输入和输出的形状不变',
  'at least {{limit}}': '至少 {{limit}}',
  'at most {{limit}}': '至多 {{limit}}',
  unknown: '未知',
  met: '已达到',
  'not met': '未达到',
  'A hint': '提示',
  Right: '正确',
  'Not yet right': '还不对',
  Findings: '规则提示',
  'Share as a link': '以链接分享',
  'Open a copied link': '打开复制的链接',
  'A link to this design is copied': '已复制此设计的链接',
  'This design is copied as text to share': '已将此设计复制为可分享的文本',
  'The design could not be copied': '无法复制设计',
  'What was copied cannot be read': '无法读取剪贴板内容',
  'The shared design could not be opened': '无法打开分享的设计',
  'A tour of one minute': '一分钟导览',
  'A network is a drawing': '网络就是一张图',
  'This is **LeNet**, which reads digits. Boxes are layers; wires carry the shapes between them. All of it takes **{{macs}}** multiply-adds and **{{params}}** parameters, worked out while you draw.':
    '这是识别数字的 **LeNet**。方框是层，连线上标出层间的形状。整个网络需要 **{{macs}}** 次乘加和 **{{params}}** 个参数，边画边算。',
  'Choose a layer': '选择一个层',
  'Click **conv1**. With the keyboard: F6 until the canvas has the focus, then the arrow keys.':
    '单击 **conv1**。用键盘：按 F6 直到焦点在画布上，再按方向键。',
  'Change it': '修改它',
  'Here are its parameters, each with what it means. It has **{{filters}}** filters: give it another number, and Enter.':
    '这里是它的参数，每项都有说明。它有 **{{filters}}** 个卷积核：换一个数字，然后按回车键。',
  'See what it costs': '看看代价',
  'The totals moved at once: **{{macs}}** multiply-adds and **{{params}}** parameters now. Press one to give it a limit; what is over its limit turns red, here and in the command.':
    '总量立即变化：现在是 **{{macs}}** 次乘加和 **{{params}}** 个参数。单击其中一项可设上限；超出上限的会变红，这里和命令行都一样。',
  'The totals move with every change: **{{macs}}** multiply-adds and **{{params}}** parameters now. Press one to give it a limit; what is over its limit turns red, here and in the command.':
    '总量随每次修改变化：现在是 **{{macs}}** 次乘加和 **{{params}}** 个参数。单击其中一项可设上限；超出上限的会变红，这里和命令行都一样。',
  'Drag one from here onto a wire: it is put in between. With the keyboard: press Tab on the canvas, type “relu”, and Enter.':
    '从这里把一个层拖到连线上，它就插在中间。用键盘：在画布上按 Tab，输入 “relu”，再按回车键。',
  'Nothing is lost': '什么都不会丢',
  'Press Ctrl+Z (⌘Z on a Mac) to take the last change back. Every step can be undone, and done again.':
    '按 Ctrl+Z（Mac 上为 ⌘Z）撤销刚才的修改。每一步都能撤销，也能重做。',
  'Ctrl+Z (⌘Z on a Mac) takes the last change back. Every step can be undone, and done again.':
    'Ctrl+Z（Mac 上为 ⌘Z）撤销最近的修改。每一步都能撤销，也能重做。',
  'Look closer': '进一步查看',
  'Costs layer by layer, problems with their fixes, a comparison with what was, a real run with feature maps, and the shapes in 3D.':
    '逐层成本、问题与修复方法、与之前的对比、带特征图的真实运行，以及三维形状。',
  'Everything has a name': '一切都能按名字找到',
  'Ctrl+K (⌘K on a Mac) finds commands, layers and networks by name. F1 tells about the chosen layer, ? lists all keys. The story from AlexNet to ResNet and the exercises are in the menu Help.':
    'Ctrl+K（Mac 上为 ⌘K）按名字查找命令、层和网络。F1 介绍所选的层，? 列出所有按键。从 AlexNet 到 ResNet 的发展历程和练习在“帮助”菜单里。',
  'Leave the tour': '离开导览',
  '{{number}} of {{count}}': '{{number}} / {{count}}',
  Finish: '完成',
  Skip: '跳过',
  Next: '下一步',
};
