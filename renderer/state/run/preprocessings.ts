import type { Preprocessing } from '../../../shared/graph/run-settings.ts';
import type { PreprocessingName } from '../../../shared/runtime/image.ts';

export const samePreprocessing = (a: Preprocessing, b: Preprocessing): boolean =>
  JSON.stringify(a) === JSON.stringify(b);

export const preprocessingTitles: Readonly<Record<PreprocessingName, string>> = {
  imagenet: 'ImageNet (torchvision)',
  caffe: 'ImageNet (Caffe, BGR)',
  tensorflow: 'TensorFlow, −1 … 1',
  unit: '0 … 1',
  raw: 'None, 0 … 255',
};
