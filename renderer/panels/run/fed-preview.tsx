import { useEffect, useMemo, useRef } from 'react';
import { type Dims, formatDims } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { Preprocessing } from '../../../shared/graph/run-settings.ts';
import { imageToTensor } from '../../../shared/runtime/image.ts';
import { useT } from '../../i18n/i18n.ts';
import { picturesOf, useRun } from './run-store.ts';

/** What the network will see of the picture at hand, and between which values it lies. */
export function FedPreview({ sample, how }: { readonly sample: Dims; readonly how: Preprocessing }) {
  const t = useT();
  const pixels = useRun((state) => picturesOf(state)[state.source]?.pixels);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [channels = 1, height = 1, width = 1] = sample;
  const tensor = useMemo(
    () => pixels && imageToTensor(pixels, [channels, height, width], how),
    [pixels, channels, height, width, how],
  );
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && tensor) context.putImageData(imageOf(tensor, how), 0, 0);
  }, [tensor, how]);
  if (!tensor)
    return <p className="fed-preview muted">{t('Without a picture, there is nothing to show.')}</p>;
  const { least, most } = rangeOf(tensor.data);
  return (
    <figure className="fed-preview">
      <canvas ref={canvas} width={width} height={height} data-testid="fed" />
      <figcaption>
        {formatDims(sample)}
        <br />
        {t('{{least}} to {{most}}', { least: least.toFixed(2), most: most.toFixed(2) })}
      </figcaption>
    </figure>
  );
}

function rangeOf(data: Float32Array): { readonly least: number; readonly most: number } {
  let [least, most] = [Infinity, -Infinity];
  for (const value of data) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return { least, most };
}

/** The values as colours again: darkest to lightest of all channels, in the order of the picture. */
function imageOf({ dims, data }: FloatTensor, { order, mean, std, range }: Preprocessing): ImageData {
  const [, channels = 1, height = 1, width = 1] = dims;
  const image = new ImageData(width, height);
  const area = height * width;
  const scale = range === '0-1' ? 255 : 1;
  for (let i = 0; i < area; i++) {
    for (let colour = 0; colour < 3; colour++) {
      const c = channels === 1 ? 0 : order === 'rgb' ? colour : 2 - colour;
      const [shift, spread] = [mean[c % mean.length] ?? 0, std[c % std.length] ?? 1];
      image.data[4 * i + colour] = (data[c * area + i]! * spread + shift) * scale;
    }
    image.data[4 * i + 3] = 255;
  }
  return image;
}
