import pc from 'picocolors';
import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';

it('memory tells ResNet-50 by each convention, and what is alive at the peak', async () => {
  let said = '';
  await main(['memory', 'zoo:resnet50', '--no-engine', '--format', 'json'], {
    out: (text) => {
      said += text;
    },
    err: () => {},
    colours: pc.createColors(false),
    showsProgress: false,
  });
  const { conventions } = JSON.parse(said);
  const of = (name: string) => conventions.find((each: { convention: string }) => each.convention === name);
  // Three maps of 256×56×56 in float32; in place two of them and one of 64×56×56, as MCUNet's authors count.
  expect(of('plain').peakBytes).toBe(9_633_792);
  expect(of('inPlace').peakBytes).toBe(7_225_344);
  expect(of('inPlace').alive).toHaveLength(3);
});
