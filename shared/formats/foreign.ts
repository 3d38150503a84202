import { messages, type Problem } from '../base/problem.ts';
import { endingsOf } from './models.ts';

export const say = messages('formats/foreign', {
  tflite: 'a TensorFlow Lite model',
  tensorflow: 'a TensorFlow graph',
  caffe: 'a Caffe network',
  darknet: 'a Darknet network',
  coreml: 'a Core ML model',
  'foreign-model': ['This is {{what}}.', 'Get an ONNX of it: {{way}}'],
  'weights-alone': [
    'This is a file of weights without their network.',
    'Open the network, and load the weights into it; the command takes them by --weights. Get an ONNX of it: {{way}}',
  ],
});

type Maker = 'tflite' | 'tensorflow' | 'caffe' | 'darknet' | 'coreml';

/** Forms of other programs that hold networks, by the ends of their names, and the way to ONNX. */
const foreignFormats: Readonly<Record<string, readonly [what: Maker, way: string]>> = {
  '.tflite': ['tflite', 'python -m tf2onnx.convert --tflite model.tflite --output model.onnx'],
  '.pb': [
    'tensorflow',
    'python -m tf2onnx.convert --graphdef model.pb --inputs input:0 --outputs output:0 --output model.onnx',
  ],
  '.prototxt': [
    'caffe',
    'mmconvert -sf caffe -in model.prototxt -iw model.caffemodel -df onnx -om model.onnx',
  ],
  '.cfg': ['darknet', 'python -m tool.darknet2onnx model.cfg model.weights image.jpg 1'],
  '.mlmodel': [
    'coreml',
    "onnxmltools.utils.save_model(onnxmltools.convert_coreml(coremltools.utils.load_spec('model.mlmodel')), 'model.onnx')",
  ],
};

const OF_PYTORCH = "torch.onnx.export(model.eval(), torch.rand(1, 3, 224, 224), 'model.onnx')";

/** What a file is that holds no network which is read here, and how to get one; undefined for all others, by its name. */
export function foreignProblem(name: string): Problem | undefined {
  const low = name.toLowerCase();
  const endsIn = (endings: readonly string[]): boolean => endings.some((ending) => low.endsWith(ending));
  if (endsIn(endingsOf('network'))) return undefined;
  if (endsIn(endingsOf('weights'))) return say.at({}, 'weights-alone', { way: OF_PYTORCH });
  const known = foreignFormats[/\.[^.]+$/.exec(low)?.[0] ?? ''];
  return known && say.at({}, 'foreign-model', { what: say.part(known[0]), way: known[1] });
}
