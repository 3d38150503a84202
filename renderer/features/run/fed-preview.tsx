import { useEffect, useRef, useState } from 'react';
import { type Dims, formatDims } from '../../../shared/base/dims.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import type { Preprocessing } from '../../../shared/graph/run-settings.ts';
import { useT } from '../../i18n/i18n.ts';
import type { Picture, Sample } from '../../state/run/picture.ts';
import { picturesOf, useRun } from '../../state/run/run-store.ts';

/** What the network will see of the picture at hand, and between which values it lies. */
export function FedPreview({ sample, how }: { readonly sample: Dims; readonly how: Preprocessing }) {
  const t = useT();
  const picture = useRun((state) => picturesOf(state)[state.source]);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [channels = 1, height = 1, width = 1] = sample;
  const fed = useInput(picture, [channels, height, width], how);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context && fed) context.putImageData(imageOf(fed.tensor, fed.how), 0, 0);
  }, [fed]);
  if (!fed) return <p className="fed-preview muted">{t('Without a picture, there is nothing to show.')}</p>;
  const { least, most } = rangeOf(fed.tensor.data);
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

interface Fed {
  readonly tensor: FloatTensor;
  /** What it was made with: its colours are told by that, not by what is chosen since. */
  readonly how: Preprocessing;
}

/**
 * The picture as it is fed; undefined without one. While choices change faster than it can be made, those in between are
 * left out.
 */
function useInput(picture: Picture | undefined, sample: Sample, how: Preprocessing): Fed | undefined {
  const [fed, setFed] = useState<Fed>();
  const busy = useRef(false);
  const next = useRef<() => void>(undefined);
  const [channels, height, width] = sample;
  useEffect(() => {
    const make = (): void => {
      next.current = undefined;
      if (!picture) {
        setFed(undefined);
        return;
      }
      busy.current = true;
      picture
        .asInput([channels, height, width], how)
        // The run says why a picture cannot be fed; here there is just nothing to show.
        .then(
          (tensor) => setFed({ tensor, how }),
          () => setFed(undefined),
        )
        .finally(() => {
          busy.current = false;
          next.current?.();
        });
    };
    if (busy.current) next.current = make;
    else make();
  }, [picture, channels, height, width, how]);
  return fed;
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
