import type { ConvolutionOp, GlobalPoolOp, MapView, RunsOp, SoftmaxOp } from '../../plan/graph.ts';
import {
  type BufferSource,
  type Dispatch,
  eachElement,
  eachGroup,
  type KernelContext,
  LANES,
} from '../dispatch.ts';
import { type ConvolutionSpec, endingOf, plainFilters } from './convolution-spec.ts';
import { TOGETHER } from './lanes.ts';

/** Numbers that belong together: `length` of them, each `apart` elements after the one before. */
interface Runs {
  readonly count: number;
  readonly length: number;
  readonly apart: number;
}

/** What becomes of each run, as statements in which `at(i)` is the place of a number of it. */
interface RunKernel {
  readonly input: BufferSource;
  readonly output: BufferSource;
  readonly reads?: Readonly<Record<string, BufferSource>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly declarations?: string;
  /** Statements of figures, by `sum` and others of this file; `v` is a number of the run. */
  readonly figures: readonly Figure[];
  /** Written for each run once, or for each of its numbers `v`. */
  readonly once?: string;
  readonly each?: string;
}

/** A figure of a run: what its numbers come to, added up or the largest or least of them, and then something of that. */
interface Figure {
  readonly name: string;
  readonly by: 'total' | 'largest' | 'least';
  readonly of: string;
  readonly becomes?: string;
}

const FIRST = { total: '0.0', largest: '-3.4028234e38', least: '3.4028234e38' } as const;
const STEP = {
  total: (of: string) => `mine+=${of};`,
  largest: (of: string) => `mine=max(mine,${of});`,
  least: (of: string) => `mine=min(mine,${of});`,
} as const;

/** Runs that lie together are for a whole workgroup; those between each other for one invocation beside its neighbour. */
const LONG = 32;

function runDispatch({ count, length, apart }: Runs, kernel: RunKernel): Dispatch {
  const shared = apart === 1 && length >= LONG;
  const step = shared ? LANES : 1;
  const first = shared ? 'i32(lane)' : '0';
  const walk = (body: string): string =>
    `for(var i=${first};i<p.length;i+=${step}){let at=start+i*p.apart;let v=X[at];${body}}\n`;
  let body = `let run=${shared ? 'which' : 'i'};let start=run/p.apart*p.length*p.apart+run%p.apart;\n`;
  for (const { name, by, of, becomes } of kernel.figures) {
    const all = shared ? `${by}(mine,lane)` : 'mine';
    body += `var ${name}=0.0;{var mine=${FIRST[by]};${walk(STEP[by](of))}let all=${all};${name}=${becomes ?? 'all'};}\n`;
  }
  if (kernel.once) body += shared ? `if(lane==0u){${kernel.once}}` : kernel.once;
  if (kernel.each) body += walk(kernel.each);
  const draft = {
    reads: { X: kernel.input, ...kernel.reads },
    writes: kernel.output,
    count,
    ints: { length, apart },
    ...(kernel.floats ? { floats: kernel.floats } : {}),
    declarations: `${shared ? TOGETHER : ''}${kernel.declarations ?? ''}`,
    body,
  };
  return shared ? eachGroup(draft) : eachElement(draft);
}

function elements({ batch, channels, height, width }: MapView): number {
  return batch * channels * height * width;
}

/** Runs that lie in memory one after the other, reduced or normalised each by itself. */
export function runsDispatch(
  input: BufferSource,
  output: BufferSource,
  { of, length, epsilon }: RunsOp,
  view: MapView,
): Dispatch {
  const runs = { count: elements(view) / length, length, apart: 1 };
  return runDispatch(runs, { input, output, floats: { epsilon }, ...figuresOf(of) });
}

function figuresOf(of: RunsOp['of']): Pick<RunKernel, 'figures' | 'once' | 'each'> {
  const one = (by: Figure['by'], becomes?: string): Pick<RunKernel, 'figures' | 'once'> => ({
    figures: [{ name: 'r', by, of: 'v', ...(becomes ? { becomes } : {}) }],
    once: 'Y[run]=r;',
  });
  const scaled = (term: string, becomes: string): Pick<RunKernel, 'figures' | 'each'> => ({
    figures: [{ name: 's', by: 'total', of: term, becomes }],
    each: 'Y[at]=v*s;',
  });
  switch (of) {
    case 'sum':
      return one('total');
    case 'mean':
      return one('total', 'all/f32(p.length)');
    case 'maximum':
      return one('largest');
    case 'minimum':
      return one('least');
    case 'standardise':
      return { figures: standardised(true), each: 'Y[at]=(v-m)*s;' };
    case 'unit-square':
      return { figures: standardised(false), each: 'Y[at]=v*s;' };
    case 'unit-sum':
      return scaled('abs(v)', 'select(1.0/all,0.0,all==0.0)');
    case 'unit-length':
      return scaled('v*v', 'select(inverseSqrt(all),0.0,all==0.0)');
  }
}

/** The mean `m`, where it is taken away, and what brings the deviation to 1, `s`. */
function standardised(centred: boolean): readonly Figure[] {
  const deviation = 'inverseSqrt(all/f32(p.length)+p.epsilon)';
  return centred
    ? [
        { name: 'm', by: 'total', of: 'v', becomes: 'all/f32(p.length)' },
        { name: 's', by: 'total', of: '(v-m)*(v-m)', becomes: deviation },
      ]
    : [{ name: 's', by: 'total', of: 'v*v', becomes: deviation }];
}

/** The channels of each pixel to a deviation of 1 and, where they are centred, a mean of 0; then by factors and offsets. */
export function layerNorm(
  spec: ConvolutionSpec,
  { epsilon, centred }: NonNullable<ConvolutionOp['standardises']>,
  context: KernelContext,
): Dispatch {
  const { from } = spec;
  const area = from.height * from.width;
  const ending = endingOf(spec, context);
  const runs = { count: from.batch * area, length: from.channels, apart: area };
  return {
    ...runDispatch(runs, {
      input: spec.input,
      output: spec.output,
      reads: { W: plainFilters(spec, context), ...ending.reads },
      floats: { epsilon },
      declarations: ending.declarations,
      figures: standardised(centred),
      each: `Y[at]=ended(${centred ? '(v-m)' : 'v'}*s*W[i],i,at);`,
    }),
    macs: spec.macs,
  };
}

/** One value for each channel of each image. */
export function globalPool(
  input: BufferSource,
  output: BufferSource,
  { mode }: GlobalPoolOp,
  view: MapView,
): Dispatch {
  const length = view.height * view.width;
  const runs = { count: view.batch * view.channels, length, apart: 1 };
  return runDispatch(runs, { input, output, ...figuresOf(mode === 'max' ? 'maximum' : 'mean') });
}

/** Shares of 1 along an axis, or their logarithms. */
export function softmax(
  input: BufferSource,
  output: BufferSource,
  { axis, logarithm, noneIsZero }: SoftmaxOp,
  view: MapView,
): Dispatch {
  const [length, apart] = {
    channels: [view.channels, view.height * view.width] as const,
    rows: [view.height, view.width] as const,
    columns: [view.width, 1] as const,
  }[axis];
  const runs = { count: elements(view) / length, length, apart };
  // The peak is finite at least, so that −∞ alone adds up to nothing.
  const sum = noneIsZero ? 'max(all,1.17549435e-38)' : 'all';
  return runDispatch(runs, {
    input,
    output,
    figures: [
      { name: 'm', by: 'largest', of: 'v' },
      { name: 's', by: 'total', of: 'exp(v-m)', becomes: logarithm ? `log(${sum})` : sum },
    ],
    each: logarithm ? 'Y[at]=v-m-s;' : 'Y[at]=exp(v-m)/s;',
  });
}
