import { afterEach, describe, expect, it } from 'vitest';
import { exportTools } from '../../renderer/features/exports/tools.ts';
import { currentSource } from '../../renderer/features/exports/write.ts';
import { layerGroup } from '../../renderer/features/palette/palette-finds.tsx';
import { saidAgain } from '../../renderer/i18n/again.ts';
import { named, showIn, t } from '../../renderer/i18n/i18n.ts';
import { said } from '../../renderer/i18n/said.ts';
import type { ExportForm } from '../../shared/formats/exports/forms.ts';
import { exportParams } from '../../shared/formats/exports/options.ts';
import { renderExport } from '../../shared/formats/exports/render.ts';
import { defaultsOf } from '../../shared/schema/params.ts';
import { chain, designFrom, startApp } from './open-app.ts';

afterEach(() => showIn('en'));

describe('another language', () => {
  it('is shown at once by what the engine names, and given up as soon', async () => {
    const { app, state } = startApp();
    const titles = () => layerGroup(app).entries.map(({ title }) => title);
    expect(titles()).toContain('Add Max pool');
    state().chooseLanguage('zh');
    await expect.poll(titles).toContain('添加 最大池化');
    expect(named('Step between neighbouring windows.')).toBe('相邻窗口之间的步长。');
    state().chooseLanguage('en');
    expect(titles()).toContain('Add Max pool');
    expect(named('Max pool')).toBe('Max pool');
  });

  it('is what a finding and its fix are told in', async () => {
    const { state } = startApp({ language: 'zh' });
    state().open(designFrom(chain));
    await expect.poll(() => named('Max pool')).toBe('最大池化');
    const [finding] = state().report.findings;
    expect(said(finding!.says!)).toBe(
      '“relu2”不改变任何值：“relu1”的输出本来就非负。它花费 2,048 次运算，并读写同样多的数值。',
    );
    expect(said(finding!.fix!.says)).toBe('删除“relu2”');
  });

  it('is what steps of the history and notices go on in, names within them too', async () => {
    const { state, run } = startApp();
    state().open(designFrom(chain));
    state().select(['relu2']);
    await run('delete');
    state().edit(t('Set {{param}} of {{name}}', { param: t('Filters'), name: 'conv' }), (draft) => {
      draft.name = 'other';
    });
    state().notify({ kind: 'info', title: t('No width fits'), lines: ['conv'] });
    const steps = () => state().history.past.map(({ label }) => saidAgain(label));
    expect(steps()).toEqual(['Delete relu2', 'Set Filters of conv']);
    state().chooseLanguage('zh');
    await expect.poll(steps).toEqual(['删除 relu2', '设置 conv 的卷积核']);
    expect(saidAgain(state().notice!.title)).toBe('没有合适的宽度');
    expect(saidAgain(state().notice!.lines[0]!)).toBe('conv');
    state().chooseLanguage('en');
    await expect.poll(steps).toEqual(['Delete relu2', 'Set Filters of conv']);
  });

  it('is what a picture says, but for names that were given, and for LaTeX', async () => {
    const { app, state } = startApp({ language: 'zh' });
    state().open(designFrom(chain));
    await expect.poll(() => named('Max pool')).toBe('最大池化');
    const written = (form: ExportForm) =>
      renderExport(form, currentSource(app), defaultsOf(exportParams), exportTools);
    for (const encoding of ['svg', 'mermaid', 'dot'] as const) {
      const text = (await written({ subject: 'graph', encoding })) as { readonly value: string };
      expect(text.value).toContain('卷积');
      expect(text.value).toContain('conv');
      expect(text.value).not.toContain('Conv2d');
    }
    expect(await written({ subject: 'profile', encoding: 'svg' })).toMatchObject({
      value: expect.stringContaining('合计'),
    });
    expect(await written({ subject: 'graph', encoding: 'tikz' })).toMatchObject({
      value: expect.stringContaining('Conv2d'),
    });
  });

  it('is not shown where another was chosen before its words had come', async () => {
    const { state } = startApp();
    state().chooseLanguage('zh');
    state().chooseLanguage('en');
    await new Promise((resolve) => setImmediate(resolve));
    expect(named('Max pool')).toBe('Max pool');
  });
});
