import { describe, expect, it } from 'vitest';
import { chapters, figuresOf, titleOf, untilMap } from '../../renderer/features/story/chapters.ts';
import { compareWithBefore, openChapter, tellingOf } from '../../renderer/features/story/story.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { comparedOf } from '../../renderer/state/compared.ts';
import { startApp } from './open-app.ts';

/** What the notes must say: torchvision's and the papers' figures. */
const published: readonly (readonly [title: string, ...figures: string[]])[] = [
  ['AlexNet', '714.2 M', '61.1 M'],
  ['ZFNet', 'AlexNet', '714.2 M', '61.1 M'],
  ['VGG-16', '15.47 G', '138.4 M', '102.8 M'],
  ['GoogLeNet', '15.47 G', '138.4 M', '6.625 M'],
  ['ResNet-50', '4.089 G', '25.56 M'],
];

describe('the story from AlexNet to ResNet', () => {
  it.each(published)('%s is told with its figures', async (title, ...figures) => {
    const { app } = startApp();
    const index = chapters.findIndex((chapter) => titleOf(chapter) === title);
    await openChapter(app, index);
    const design = documentOf(app.getState());
    const text = design.canvas.notes.map((note) => note.text).join('\n');
    for (const figure of figures) expect(text).toContain(figure);
    expect(tellingOf(app).getState().chapter).toBe(index);
    expect(text).not.toMatch(/undefined|NaN|\{\{/);
  });

  it.each(chapters.map((chapter, i) => [titleOf(chapter), i] as const))(
    'no note of %s covers a node or another note',
    async (_, index) => {
      const { app } = startApp();
      await openChapter(app, index);
      const { canvas, layout } = documentOf(app.getState());
      const top = Math.min(...Object.values(layout).map(({ y }) => y));
      const notes = [...canvas.notes].sort((a, b) => a.at.x - b.at.x);
      for (const [i, { at, size }] of notes.entries()) {
        expect(at.y + size.height).toBeLessThan(top);
        const next = notes[i + 1];
        if (next) expect(at.x + size.width).toBeLessThan(next.at.x);
      }
    },
  );

  it('opens each against the one before, and ends where something else is opened', async () => {
    const { app } = startApp();
    await openChapter(app, 2);
    compareWithBefore(app);
    expect(app.getState().panel).toBe('compare');
    expect(comparedOf(app).getState()).toMatchObject({ against: 'ZFNet' });
    app.getState().open(figuresOf('lenet').design);
    expect(tellingOf(app).getState().chapter).toBeUndefined();
  });

  it('measures stems as the lecture does', () => {
    // 124 thousand parameters and 478 million multiply-adds, against 9.3 billion.
    expect(Math.floor(untilMap(figuresOf('googlenet'), 28).params / 1e3)).toBe(124);
    expect(untilMap(figuresOf('googlenet'), 28).macs / 1e6).toBeCloseTo(478, 0);
    expect(untilMap(figuresOf('vgg16'), 28).macs / 1e9).toBeCloseTo(9.3, 1);
  });
});
