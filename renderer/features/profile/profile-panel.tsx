import { ImageDown } from 'lucide-react';
import { type PointerEvent, type ReactNode, useEffect, useMemo, useState } from 'react';
import { analyzeBaseline } from '../../../shared/analysis/baseline.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { drawProfile } from '../../../shared/formats/pictures/profile.ts';
import type { ProfileColumn } from '../../../shared/formats/pictures/profile-columns.ts';
import { profileEntries } from '../../../shared/formats/pictures/profile-entries.ts';
import { profileLayout } from '../../../shared/formats/pictures/profile-layout.ts';
import type { ProfileEntry } from '../../../shared/formats/pictures/profile-rows.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { profileWords } from '../../cards/picture-words.ts';
import { useRoom } from '../../cards/room.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { named, useT } from '../../i18n/i18n.ts';
import { milliseconds } from '../../parts/format.ts';
import { designOf } from '../../state/app-state.ts';
import { hover, useHover } from '../../state/hover.ts';
import { type NodeHeat, useNodeHeat } from '../../state/run/node-heat.ts';
import { useTheme } from '../../state/theme.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { MemoryView } from './memory-view.tsx';
import { ProfileCard } from './profile-card.tsx';

function entriesOf(name: string, analysis: Analysis): readonly ProfileEntry[] | undefined {
  const flat = flatten(analysis);
  return flat.ok ? profileEntries(name, analysis, flat.value, named) : undefined;
}

/** The node of the design that a layer belongs to: the block, for a layer inside one. */
const nodeOf = ({ now }: ProfileColumn): string | undefined => now?.node.id.split('/')[0];

/** Costs along depth, or activation memory step by step. */
export function ProfilePanel() {
  const t = useT();
  const [view, setView] = useState<'costs' | 'memory'>('costs');
  const choice = (
    <fieldset className="segments" aria-label={t('Show')}>
      <button type="button" aria-pressed={view === 'costs'} onClick={() => setView('costs')}>
        {t('Costs')}
      </button>
      <button type="button" aria-pressed={view === 'memory'} onClick={() => setView('memory')}>
        {t('Memory')}
      </button>
    </fieldset>
  );
  if (view === 'costs') return <CostProfile choice={choice} />;
  return (
    <div className="profile">
      <div className="panel-bar">
        <span className="muted">
          {t('What is alive while the network runs, and what would lower its peak.')}
        </span>
        <span className="spacer" />
        {choice}
      </div>
      <MemoryView />
    </div>
  );
}

/** Costs along depth, over those of the pinned design where there is one; in step with the canvas. */
function CostProfile({ choice }: { readonly choice: ReactNode }) {
  const commands = useCommands();
  const t = useT();
  const theme = useTheme();
  const design = useApp(designOf);
  const analysis = useApp((state) => state.analysis);
  const [frame, room] = useRoom();
  const [at, setAt] = useState<number>();
  const heat = useNodeHeat();
  const { name } = design;
  const { baseline } = design.budget;
  const drawn = useMemo(() => {
    const entries = entriesOf(name, analysis);
    if (!entries) return undefined;
    const against = baseline && entriesOf(baseline.name, analyzeBaseline(baseline));
    const options = { room, ...(against ? { against } : {}) };
    return {
      layout: profileLayout(entries, options),
      svg: toSvg(
        drawProfile(entries, { theme, title: name, transparent: true, words: profileWords(t), ...options }),
      ),
    };
  }, [name, analysis, baseline, theme, room, t]);
  const column = at === undefined ? undefined : drawn?.layout.columns[at];
  return (
    <div className="profile">
      <div className="panel-bar">
        {column ? (
          <ProfileCard column={column} />
        ) : (
          <span className="muted">
            {baseline
              ? t('Bars: this design. Outlines: {{name}}.', { name: baseline.name })
              : t('Costs along depth; pin a baseline to lay it over.')}
            {heat
              ? ` ${t('Red takes longest: {{time}}', { time: milliseconds(heat.longestMilliseconds) })}`
              : null}
          </span>
        )}
        <span className="spacer" />
        {choice}
        {(['SVG', 'PNG'] as const).map((encoding) => (
          <button
            key={encoding}
            type="button"
            className="button is-small"
            onClick={() => commands.run(`export-profile-${encoding.toLowerCase()}`)}
          >
            <ImageDown size={13} /> {encoding}
          </button>
        ))}
      </div>
      <div ref={frame} className="profile-chart" data-testid="profile">
        {drawn ? (
          <Chart {...drawn} heat={heat} onPoint={setAt} />
        ) : (
          <p className="empty">{t('The profile is drawn once every shape is known.')}</p>
        )}
      </div>
    </div>
  );
}

/** The chart with the hovered and the selected columns behind its bars. Columns are found by place: bars may be too low to hit. */
function Chart({
  layout,
  svg,
  heat,
  onPoint,
}: {
  readonly layout: ReturnType<typeof profileLayout>;
  readonly svg: string;
  readonly heat: NodeHeat | undefined;
  readonly onPoint: (column: number | undefined) => void;
}) {
  const app = useTheApp();
  const selection = useApp((state) => state.selection);
  const hovered = useHover((state) => state.node);
  const { columns, left, pitch, nameRoom, heightPixels } = layout;
  const columnAt = ({ clientX, currentTarget }: PointerEvent<HTMLDivElement>): number | undefined => {
    const place = Math.floor((clientX - currentTarget.getBoundingClientRect().left - left) / pitch);
    return columns[place] ? place : undefined;
  };
  const point = (place: number | undefined): void => {
    onPoint(place);
    hover(app, place === undefined ? undefined : nodeOf(columns[place]!));
  };
  useEffect(() => () => hover(app, undefined), [app]);
  /** Behind all of a column. */
  const band = (place: number) => ({
    left: left + place * pitch,
    width: pitch,
    height: heightPixels - (nameRoom > 0 ? 8 : 16),
  });
  return (
    // The costs table lists and selects the same layers by keyboard.
    <div
      className="profile-columns"
      onPointerMove={(event) => point(columnAt(event))}
      onPointerLeave={() => point(undefined)}
      onPointerUp={(event) => {
        const place = columnAt(event);
        const node = place === undefined ? undefined : nodeOf(columns[place]!);
        if (node === undefined) return;
        app.getState().select([node]);
        app.viewport.reveal(node);
      }}
    >
      {columns.map((column, place) => {
        const node = nodeOf(column);
        const share = node === undefined ? 0 : (heat?.shareOf(node) ?? 0);
        return share === 0 ? null : (
          // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
          <div key={place} className="profile-heat" style={{ ...band(place), opacity: 0.35 * share }} />
        );
      })}
      {columns.map((column, place) => {
        const node = nodeOf(column);
        const selected = node !== undefined && selection.includes(node);
        if (!selected && (node === undefined || node !== hovered)) return null;
        return (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place.
            key={place}
            className={`profile-mark${selected ? ' is-selected' : ''}`}
            data-node={node}
            style={band(place)}
          />
        );
      })}
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own drawing, whose texts are escaped. */}
      <div className="profile-drawing" dangerouslySetInnerHTML={{ __html: svg }} />
    </div>
  );
}
