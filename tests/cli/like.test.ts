import pc from 'picocolors';
import { expect, it } from 'vitest';
import { main } from '../../cli/main.ts';

async function summary(...options: readonly string[]) {
  let said = '';
  await main(['summary', 'zoo:resnet50', ...options], {
    out: (text) => {
      said += text;
    },
    err: () => {},
    colours: pc.createColors(false),
    showsProgress: false,
  });
  return said;
}

it('summary reconciles two tools: by layer, by kind and in sum', async () => {
  const lines = (await summary('--like', 'torchvision,thop')).split('\n').map((line) => line.trim());
  const line = (...words: readonly string[]) =>
    lines.find((each) => words.every((word) => each.split(/\s+/).includes(word)));
  // thop prints 4133742592 for torchvision's resnet50.
  expect(line('all', 'batchNorm', '+44,455,936')).toBeDefined();
  expect(line('all', 'globalAvgPool', '+102,400')).toBeDefined();
  expect(line('total', '4,089,184,256', '4,133,742,592', '+44,558,336')).toBeDefined();
});
