import type { Result } from '../../../shared/base/problem.ts';
import { type ExportForm, encodingInfo, endingOf } from '../../../shared/formats/exports/forms.ts';
import type { ExportOptions } from '../../../shared/formats/exports/options.ts';
import { type ExportSource, renderExport, sceneOf } from '../../../shared/formats/exports/render.ts';
import type { Scene } from '../../../shared/formats/pictures/scene.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { pictureWords } from '../../cards/picture-words.ts';
import { exportFile } from '../../documents/files.ts';
import { stemOf } from '../../documents/saving.ts';
import { t } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { exportTools } from './tools.ts';

/** What is open, told in the language that is shown. */
export function currentSource(app: App, say = t): ExportSource {
  const state = app.getState();
  return { design: documentOf(state), analysis: state.whole.analysis, words: pictureWords(say) };
}

/** Asks where to save a picture or table of the open design; what cannot be drawn is told. */
export async function writeExport(app: App, form: ExportForm, options: ExportOptions): Promise<void> {
  const source = currentSource(app);
  const content = await render(form, source, options);
  if (!content.ok) {
    const lines = content.problems.map(saidInFull);
    app.getState().notify({ kind: 'error', title: t('This cannot be exported'), lines });
    return;
  }
  const bytes = typeof content.value === 'string' ? new TextEncoder().encode(content.value) : content.value;
  await exportFile(app, `${stemOf(source.design)}${endingOf(form)}`, bytes);
}

async function render(
  form: ExportForm,
  source: ExportSource,
  options: ExportOptions,
): Promise<Result<string | Uint8Array>> {
  const content = await renderExport(form, source, options, exportTools);
  if (content.ok || encodingInfo[form.encoding].text) return content;
  if (!content.problems.some(({ code }) => code === 'letters-without-font')) return content;
  // The page can set any script its machine has fonts for, though not the same on every machine.
  const scene = sceneOf(form.subject, source, options);
  return scene.ok ? { ok: true, value: await paintInPage(scene.value, options.ratio) } : scene;
}

async function paintInPage(scene: Scene, ratio: number): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([toSvg(scene)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(
      Math.ceil(scene.widthPixels * ratio),
      Math.ceil(scene.heightPixels * ratio),
    );
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error(t('The browser has no canvas for a picture of this size.'));
    pen.scale(ratio, ratio);
    pen.drawImage(image, 0, 0, scene.widthPixels, scene.heightPixels);
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}
