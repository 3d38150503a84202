/** Words that Chinese texts of the field keep: people, programs, functions, formats, and values as they stand in files. */
const names: ReadonlySet<string> = new Set(
  `
  Amdahl Bengio Caffe Chen Core Darknet Focus Glorot Graphviz Inception Keras Markdown Mermaid Mish Netwright Python Richter Roboto Simonyan Swin Swish Transformer Transpose Constant Viridis Vision Xception Zisserman
  Dropout Fire Hard Hardmax Leaky Lite Norm Shuffle Sigmoid Softmax Softplus Softsign Squeeze Tanh Thresholded Tiny Torch Wide Image Mobile Deep Dense Efficient Mixed Tensor Fused Flow English Ctrl
  batch booktabs conv dims dropout float hard layer logits maxout opset pdflatex safetensors schema sigmoid softmax softplus swish tanh torch torchvision onnx onnxruntime uint true false null same spatial
  own nodes run zoo netwright design Conv Shift Enter Escape top table for items
  after before boxes extra floor kernel layer max min most out padding perm product scale stride
  trtexec Model Explorer GFLOP Micro
  CIFAR DCGAN GELU LaTeX MNIST
  `
    .trim()
    .split(/\s+/),
);

/** What is no prose: values, code, what stands in files, and who is quoted. */
const quoted =
  /\{\{\w+\}\}|`[^`]*`|"[^"]*"|来源：.*|ONNX 测试 .*|“[^”\u4e00-\u9fff]*”|\{[\w.]+\}|如 ?[\w*].*/g;

/** The English words of a text that are neither names nor code; `AlexNet`, `conv5` and `to_dict` are told by their looks. */
export function strangeWords(text: string): readonly string[] {
  const words = text.replace(quoted, ' ').match(/(?<![\w.])[A-Za-z][\w.]*\w/g) ?? [];
  return words.filter((word) => /^([A-Z]?[a-z]{3,}|[A-Z]{5,})$/.test(word) && !names.has(word));
}
