import pc from 'picocolors';
import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';

async function memory(...options: readonly string[]) {
  let said = '';
  await main(['memory', ...options, '--no-engine', '--format', 'json'], {
    out: (text) => {
      said += text;
    },
    err: () => {},
    colours: pc.createColors(false),
    showsProgress: false,
  });
  return JSON.parse(said);
}

it('memory tells ResNet-50 by each convention, and what is alive at the peak', async () => {
  const { conventions, bestOrder, largestBatch } = await memory('zoo:resnet50', '--largest-batch', '16GiB');
  const of = (name: string) => conventions.find((each: { convention: string }) => each.convention === name);
  // Three maps of 256×56×56 in float32; in place two of them and one of 64×56×56, as MCUNet's authors count.
  expect(of('plain').peakBytes).toBe(9_633_792);
  expect(of('inPlace').peakBytes).toBe(7_225_344);
  expect(of('inPlace').alive).toHaveLength(3);
  // (2^34 − 4·(3·25,557,032 + 53,120)) / (8·37,710,312) = 55.93; (2^34 − 4·25,610,152) / 9,633,792 = 1772.66.
  expect(largestBatch).toEqual({ bytes: 2 ** 34, training: 55, running: 1772 });
  // Of a block's two branches either may run first: the sum needs all three maps.
  expect(bestOrder).toMatchObject({ peakBytes: 9_633_792, savedBytes: 0, proven: true });
});

it('memory says by type of number whether a network fits in a target', async () => {
  const { fits } = await memory('zoo:resnet50', '--fits', '3MiB,32MiB', '--fits', 'STM32F746');
  // ResNet-50: 25,557,032 parameters and 53,120 running statistics.
  const weightBytes = 25_557_032 + 53_120;
  const of = (name: string) =>
    fits.filter(({ target }: { target: { name: string } }) => target.name === name);
  expect(of('3MiB,32MiB')).toMatchObject([
    { numbers: 'float32', weightBytes: 4 * weightBytes, lacks: ['memory', 'storage'] },
    { numbers: 'float16', weightBytes: 2 * weightBytes, lacks: ['memory', 'storage'] },
    { numbers: 'bfloat16', weightBytes: 2 * weightBytes, lacks: ['memory', 'storage'] },
    { numbers: 'int8', weightBytes, lacks: [] },
  ]);
  expect(of('stm32f746')[3]).toMatchObject({ numbers: 'int8', lacks: ['memory', 'storage'] });
});
