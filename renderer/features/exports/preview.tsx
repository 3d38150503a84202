import { useEffect, useState } from 'react';
import type { Problem, Result } from '../../../shared/base/problem.ts';
import { unreachable } from '../../../shared/base/unreachable.ts';
import type { ExportForm } from '../../../shared/formats/exports/forms.ts';
import type { ExportOptions } from '../../../shared/formats/exports/options.ts';
import { type ExportSource, renderExport, sceneOf, toldIn } from '../../../shared/formats/exports/render.ts';
import type { Scene } from '../../../shared/formats/pictures/scene.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { useT } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import { exportTools } from './tools.ts';

/** What a form will look like: its picture, or its text. */
type Shown =
  | { readonly kind: 'picture'; readonly scene: Scene; readonly url: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** More than this of a text nobody reads in a preview. */
const MOST_CHARACTERS = 20_000;

/** The page may have begun to load a picture just before it is replaced, and needs its address until it has. */
const LOADING_MILLISECONDS = 10_000;

function releaseLater(url: string): void {
  setTimeout(() => URL.revokeObjectURL(url), LOADING_MILLISECONDS);
}

async function look(form: ExportForm, source: ExportSource, options: ExportOptions): Promise<Shown> {
  switch (form.encoding) {
    case 'svg':
    case 'png':
    case 'tikz': {
      const scene = sceneOf(form.subject, toldIn(form.encoding, source), options);
      if (!scene.ok) return { kind: 'problems', problems: scene.problems };
      const file = new Blob([toSvg(scene.value)], { type: 'image/svg+xml' });
      return { kind: 'picture', scene: scene.value, url: URL.createObjectURL(file) };
    }
    case 'mermaid':
    case 'dot':
    case 'csv':
    case 'markdown':
    case 'latex':
    case 'html':
      return textOf(await renderExport(form, source, options, exportTools));
    default:
      return unreachable(form.encoding);
  }
}

function textOf(content: Result<string | Uint8Array>): Shown {
  if (!content.ok) return { kind: 'problems', problems: content.problems };
  return { kind: 'text', text: String(content.value) };
}

/** What would be saved now; undefined while it is drawn. What is out of date is never shown. */
export function usePreview(
  form: ExportForm,
  source: ExportSource,
  options: ExportOptions,
): Shown | undefined {
  const [shown, setShown] = useState<Shown>();
  useEffect(() => {
    let current = true;
    let url: string | undefined;
    setShown(undefined);
    void look(form, source, options).then((next) => {
      if (next.kind === 'picture') url = next.url;
      if (current) setShown(next);
      else if (url !== undefined) URL.revokeObjectURL(url);
    });
    return () => {
      current = false;
      if (url !== undefined) releaseLater(url);
    };
  }, [form, source, options]);
  return shown;
}

export function Preview({
  shown,
  transparent,
}: {
  readonly shown: Shown | undefined;
  readonly transparent: boolean;
}) {
  const t = useT();
  if (!shown) return <p className="empty">{t('Drawing …')}</p>;
  switch (shown.kind) {
    case 'picture':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a picture larger than its room is scrolled by keyboard too.
        <div className={`export-picture${transparent ? ' is-transparent' : ''}`} tabIndex={0}>
          <img src={shown.url} alt={t('Preview of {{name}}', { name: shown.scene.title })} />
        </div>
      );
    case 'text':
      return (
        <pre className="export-text">
          {shown.text.slice(0, MOST_CHARACTERS)}
          {shown.text.length > MOST_CHARACTERS ? ' …' : ''}
        </pre>
      );
    case 'problems':
      return (
        <div className="export-problems" role="alert">
          <strong>{t('This cannot be exported')}</strong>
          <ul>
            {shown.problems.slice(0, 20).map((problem) => (
              <li key={problem.message}>{saidInFull(problem)}</li>
            ))}
          </ul>
        </div>
      );
    default:
      return unreachable(shown);
  }
}
