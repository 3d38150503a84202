import { ImageDown } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { analyzeBaseline } from '../../../shared/analysis/budget.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { drawProfile, type ProfileEntry } from '../../../shared/formats/pictures/profile.ts';
import { profileEntries } from '../../../shared/formats/pictures/profile-entries.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { viewport } from '../../canvas/viewport.ts';
import { run } from '../../commands/registry.ts';
import { useT } from '../../i18n/i18n.ts';
import { useTheme } from '../../parts/theme.ts';
import { app, designOf, useApp } from '../../store/app.ts';

function entriesOf(name: string, analysis: Analysis): readonly ProfileEntry[] | undefined {
  const flat = flatten(analysis);
  return flat.ok ? profileEntries(name, analysis, flat.value) : undefined;
}

/** Costs along depth, over those of the pinned design where there is one. */
export function ProfilePanel() {
  const t = useT();
  const theme = useTheme();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const selection = useApp((state) => state.selection);
  const frame = useRef<HTMLDivElement>(null);
  const { name } = design;
  const { baseline } = design.budget;
  const svg = useMemo(() => {
    const entries = entriesOf(name, analysis);
    if (!entries) return undefined;
    const against = baseline && entriesOf(baseline.name, analyzeBaseline(baseline));
    return toSvg(
      drawProfile(entries, { theme, title: name, transparent: true, ...(against ? { against } : {}) }),
    );
  }, [name, analysis, baseline, theme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new drawing has to be marked too.
  useEffect(() => {
    for (const bar of frame.current?.querySelectorAll<SVGElement>('[data-id]') ?? []) {
      const node = (bar.dataset.id ?? '').split('/')[0] ?? '';
      bar.classList.toggle('is-selected', selection.includes(node));
    }
  }, [selection, svg]);
  if (svg === undefined)
    return <p className="empty">{t('The profile is drawn once every shape is known.')}</p>;
  return (
    <div className="profile">
      <div className="panel-bar">
        <span className="muted">
          {baseline
            ? t('Bars: this design. Outlines: {{name}}.', { name: baseline.name })
            : t('Costs along depth; pin a baseline to lay it over.')}
        </span>
        <span className="spacer" />
        {(['SVG', 'PNG'] as const).map((name) => (
          <button
            key={name}
            type="button"
            className="button is-small"
            onClick={() => run(`export-profile-${name.toLowerCase()}`)}
          >
            <ImageDown size={13} /> {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: the costs table lists and selects the same layers by keyboard. */}
      <div
        ref={frame}
        className="profile-chart"
        onClick={({ target }) => {
          const id =
            target instanceof Element ? target.closest<SVGElement>('[data-id]')?.dataset.id : undefined;
          const node = id?.split('/')[0];
          if (node === undefined) return;
          app.getState().select([node]);
          viewport.show([node]);
        }}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: our own drawing, whose texts are escaped.
        dangerouslySetInnerHTML={{ __html: svg }}
      />
    </div>
  );
}
