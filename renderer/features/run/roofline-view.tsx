import type { StepProfile } from '../../../shared/runtime/backend.ts';
import type { Ceilings } from '../../../shared/runtime/time/calibration.ts';
import { type RooflinePoint, ridgeOf, rooflinePoints } from '../../../shared/runtime/time/roofline.ts';
import { MeasureMachine } from '../../cards/measure-machine.tsx';
import { useRoom } from '../../cards/room.ts';
import { useT } from '../../i18n/i18n.ts';
import { milliseconds, shortBytes } from '../../parts/format.ts';
import { hover } from '../../state/hover.ts';
import { nodesOfStep } from '../../state/run/run-times.ts';
import { useTimeModel } from '../../state/run/time-model.ts';
import { useTheApp } from '../../state/use-app.ts';

/** As wide as there is room for, so that what is written is as large as elsewhere. */
const LEAST_WIDTH = 240;
const MOST_WIDTH = 640;
const HEIGHT = 280;
const edge = { left: 38, right: 14, top: 14, bottom: 38 };
/** The slowest of the layers that memory bounds are named. */
const NAMED = 4;

/** Every step of a run under the machine's two ceilings; where the machine was not measured yet, how to. */
export function RooflineView({ profile }: { readonly profile: readonly StepProfile[] }) {
  const known = useTimeModel((state) => state.known);
  return known ? <Roofline profile={profile} ceilings={known.calibration.ceilings} /> : <MeasureMachine />;
}

function Roofline({
  profile,
  ceilings,
}: {
  readonly profile: readonly StepProfile[];
  readonly ceilings: Ceilings;
}) {
  const app = useTheApp();
  const t = useT();
  const measure = useTimeModel((state) => state.measure);
  const [frame, { widthPixels }] = useRoom();
  const width = Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, widthPixels));
  const points = rooflinePoints(profile, ceilings);
  const ridge = ridgeOf(ceilings);
  const across = scaleOf([...points.map(({ intensity }) => intensity), ridge]);
  // A single run on a busy machine has steps whose clock was held up: they lie on the edge.
  const up = scaleOf([ceilings.gigaflops / 1000, ceilings.gigaflops * 2]);
  const x = (value: number): number => edge.left + across.share(value) * (width - edge.left - edge.right);
  const y = (value: number): number =>
    HEIGHT - edge.bottom - Math.min(1, Math.max(0, up.share(value))) * (HEIGHT - edge.top - edge.bottom);
  const longest = points.reduce((most, point) => Math.max(most, point.milliseconds), 0);
  const bound = points.filter((point) => point.bound === 'memory');
  const slowest = [...bound].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, NAMED);
  const label = (point: RooflinePoint): string =>
    t('{{nodes}}: {{intensity}} FLOPs per byte, {{rate}} GFLOP/s, {{time}}', {
      nodes: point.nodes.join(' + '),
      intensity: point.intensity.toFixed(1),
      rate: point.gigaflops.toFixed(1),
      time: milliseconds(point.milliseconds),
    });
  return (
    <div ref={frame} className="roofline" data-testid="roofline">
      <svg width={width} height={HEIGHT} role="img" aria-label={t('Roofline')}>
        {across.ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={x(tick)} x2={x(tick)} y1={edge.top} y2={HEIGHT - edge.bottom} />
            <text x={x(tick)} y={HEIGHT - edge.bottom + 14} textAnchor="middle">
              {tick}
            </text>
          </g>
        ))}
        {up.ticks.map((tick) => (
          <g key={tick}>
            <line className="grid" x1={edge.left} x2={width - edge.right} y1={y(tick)} y2={y(tick)} />
            <text x={edge.left - 5} y={y(tick) + 3} textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        <text x={(edge.left + width - edge.right) / 2} y={HEIGHT - 5} textAnchor="middle">
          {t('FLOPs per byte read or written')}
        </text>
        <text x={edge.left + 4} y={edge.top + 4}>
          GFLOP/s
        </text>
        <polyline
          className="roof"
          points={[
            [
              x(Math.max(across.low, up.low / ceilings.gigabytesPerSecond)),
              y(Math.max(up.low, across.low * ceilings.gigabytesPerSecond)),
            ],
            [x(ridge), y(ceilings.gigaflops)],
            [x(across.high), y(ceilings.gigaflops)],
          ].join(' ')}
        />
        {points.map((point) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: lights the node that the table of steps names as well.
          <circle
            key={point.nodes.join()}
            className={point.bound === 'memory' ? 'is-memory' : ''}
            cx={x(point.intensity)}
            cy={y(point.gigaflops)}
            r={3 + 7 * Math.sqrt(longest === 0 ? 0 : point.milliseconds / longest)}
            onMouseEnter={() => hover(app, nodesOfStep(point)[0])}
            onMouseLeave={() => hover(app, undefined)}
          >
            <title>{label(point)}</title>
          </circle>
        ))}
      </svg>
      <p className="hint">
        {t(
          'At most {{rate}} GFLOP/s, and {{bandwidth}} GB/s from memory. {{bound}} of {{all}} layers are bound by memory.',
          {
            rate: ceilings.gigaflops.toFixed(0),
            bandwidth: ceilings.gigabytesPerSecond.toFixed(1),
            bound: bound.length,
            all: points.length,
          },
        )}{' '}
        <button type="button" className="link" onClick={measure}>
          {t('Measure again')}
        </button>
      </p>
      <ul className="hint">
        {slowest.map((point) => (
          <li key={point.nodes.join()}>
            {t(
              '{{node}}: {{intensity}} FLOPs per byte. Its {{bytes}} take {{time}} from memory whatever is computed: half of the multiply-adds would save nothing.',
              {
                node: point.nodes[0] ?? '',
                intensity: point.intensity.toFixed(1),
                bytes: shortBytes(point.bytes),
                time: milliseconds(point.memoryMilliseconds),
              },
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whole powers of ten around values, and where a value lies between the outermost two. */
function scaleOf(values: readonly number[]) {
  const first = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b), Infinity)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b), 0) * 1.05)));
  return {
    low: 10 ** first,
    high: 10 ** last,
    ticks: Array.from({ length: last - first + 1 }, (_, i) => Number(`1e${first + i}`)),
    share: (value: number): number => (Math.log10(value) - first) / (last - first),
  };
}
