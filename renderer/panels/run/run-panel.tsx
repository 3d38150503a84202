import { ImageUp, Play, Square } from 'lucide-react';
import { useState } from 'react';
import classNames from '../../../assets/imagenet-classes.json';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { formatSample } from '../../../shared/base/dims.ts';
import type { Problem } from '../../../shared/base/problem.ts';
import type { FloatTensor } from '../../../shared/base/tensor.ts';
import { Tensor } from '../../../shared/base/tensor.ts';
import { type LazyWeights, loadWeights } from '../../../shared/formats/weights/store.ts';
import {
  imageToTensor,
  type PreprocessingName,
  preprocessings,
  topK,
} from '../../../shared/runtime/image.ts';
import type { RunProgress, StepProfile } from '../../../shared/runtime/machine.ts';
import { RunCancelled, RunError } from '../../../shared/runtime/run-error.ts';
import type { Backend } from '../../../shared/runtime/session.ts';
import { randomStream } from '../../../shared/runtime/weights.ts';
import { host } from '../../host/host.ts';
import { useT } from '../../i18n/i18n.ts';
import { shortBytes } from '../../parts/format.ts';
import { app, designOf, useApp } from '../../store/app.ts';
import { ProblemCard } from '../problem-cards.tsx';
import { decodePicture, type Picture } from './picture.ts';
import { ProfileTable } from './profile-table.tsx';
import { remoteSession, stopRunner } from './runner.ts';

interface Outcome {
  readonly output: FloatTensor;
  readonly name: string;
  readonly milliseconds: number;
  readonly prepareMilliseconds: number;
  readonly backend: string;
  readonly weightBytes: number;
  readonly activationBytes: number;
  readonly profile: readonly StepProfile[];
  readonly seeded: boolean;
}

type Status =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'running';
      readonly progress: RunProgress | undefined;
      readonly since: number;
      readonly stop: () => void;
    }
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'cancelled' };

const backends: readonly (readonly [Backend, string])[] = [
  ['auto', 'Fastest'],
  ['cpu', 'CPU, threaded'],
  ['reference', 'Reference'],
];

/** Runs the design for real: a picture in, scores out. */
export function RunPanel() {
  const t = useT();
  const [picture, setPicture] = useState<Picture>();
  const [recipe, setRecipe] = useState<PreprocessingName>('imagenet');
  const [backend, setBackend] = useState<Backend>('auto');
  const [seed, setSeed] = useState(0);
  const own = useApp((state) => state.weights);
  const [seeded, setSeeded] = useState(false);
  const weights = seeded ? undefined : own;
  const [status, setStatus] = useState<Status>({ kind: 'idle' });
  const [over, setOver] = useState(false);
  const design = useApp(designOf);
  const inputs = Object.entries(design.nodes).filter(([, { kind }]) => kind === 'input');
  const running = status.kind === 'running';

  const take = async (blob: Blob, name: string): Promise<void> => {
    try {
      setPicture(await decodePicture(blob, name));
    } catch (error) {
      setStatus({ kind: 'failed', problem: asProblem(error) });
    }
  };
  const pick = async (): Promise<void> => {
    const file = await host.openFile({ kind: 'image' });
    if (file) await take(new Blob([file.bytes as Uint8Array<ArrayBuffer>]), file.name);
  };
  const start = async (): Promise<void> => {
    const abort = new AbortController();
    const stop = (): void => {
      abort.abort();
      // The reference works on one layer without a pause; ending its worker is the only way to stop it at once.
      if (backend === 'reference') stopRunner();
      setStatus({ kind: 'cancelled' });
    };
    const onProgress = (progress: RunProgress): void =>
      setStatus((now) => (now.kind === 'running' ? { ...now, progress } : now));
    setStatus({ kind: 'running', progress: undefined, since: performance.now(), stop });
    try {
      const outcome = await runOnce({
        picture,
        recipe,
        backend,
        seed,
        weights,
        signal: abort.signal,
        onProgress,
      });
      if (!abort.signal.aborted) setStatus({ kind: 'done', outcome });
    } catch (error) {
      if (abort.signal.aborted || error instanceof RunCancelled) setStatus({ kind: 'cancelled' });
      else setStatus({ kind: 'failed', problem: asProblem(error) });
    }
  };

  return (
    <div className="run-panel">
      <form
        className="run-controls"
        onSubmit={(event) => {
          event.preventDefault();
          if (!running) void start();
        }}
      >
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a drop zone around a button that does the same. */}
        <div
          className={`drop-zone${over ? ' is-over' : ''}`}
          onDragOver={(event) => {
            event.preventDefault();
            event.stopPropagation();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            event.stopPropagation();
            setOver(false);
            const file = event.dataTransfer.files[0];
            if (file) void take(file, file.name);
          }}
        >
          {picture ? <img src={picture.url} alt={picture.name} /> : <ImageUp size={26} aria-hidden="true" />}
          <button type="button" className="link" onClick={() => void pick()}>
            {picture ? picture.name : t('Drop a photo here, or pick one')}
          </button>
          {picture ? (
            <button type="button" className="link muted" onClick={() => setPicture(undefined)}>
              {t('Use noise instead')}
            </button>
          ) : (
            <span className="muted">{t('Without one, noise is fed.')}</span>
          )}
        </div>
        <div className="run-options">
          <label>
            <span>{t('Preprocessing')}</span>
            <select value={recipe} onChange={(event) => setRecipe(event.target.value as PreprocessingName)}>
              <option value="imagenet">ImageNet (torchvision)</option>
              <option value="caffe">ImageNet (Caffe, BGR)</option>
              <option value="unit">0 … 1</option>
              <option value="raw">0 … 255</option>
            </select>
          </label>
          <label>
            <span>{t('Backend')}</span>
            <select value={backend} onChange={(event) => setBackend(event.target.value as Backend)}>
              {backends.map(([value, title]) => (
                <option key={value} value={value}>
                  {t(title)}
                </option>
              ))}
            </select>
          </label>
          <div className="run-weights">
            <span>{t('Weights')}</span>
            {own ? (
              <select
                value={seeded ? 'seeded' : 'own'}
                aria-label={t('Weights')}
                onChange={(event) => setSeeded(event.target.value === 'seeded')}
              >
                <option value="own">{t('of the file')}</option>
                <option value="seeded">{t('seeded')}</option>
              </select>
            ) : null}
            {weights ? null : (
              <label className="seed">
                {t('seeded')}
                <input
                  type="number"
                  min={0}
                  max={2 ** 31}
                  value={seed}
                  aria-label={t('Seed')}
                  onChange={(event) => setSeed(Math.max(0, Math.trunc(Number(event.target.value)) || 0))}
                />
              </label>
            )}
          </div>
          {running ? (
            <button type="button" className="button" onClick={status.stop}>
              <Square size={14} /> {t('Cancel')}
            </button>
          ) : (
            <button type="submit" className="button is-primary" disabled={inputs.length === 0}>
              <Play size={14} /> {t('Run')}
            </button>
          )}
        </div>
      </form>
      <section className="run-result" aria-live="polite">
        <Result status={status} />
      </section>
    </div>
  );
}

interface RunRequest {
  readonly picture: Picture | undefined;
  readonly recipe: PreprocessingName;
  readonly backend: Backend;
  readonly seed: number;
  readonly weights: LazyWeights | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
}

async function runOnce({
  picture,
  recipe,
  backend,
  seed,
  weights,
  signal,
  onProgress,
}: RunRequest): Promise<Outcome> {
  const design = designOf(app.getState());
  const flat = flatten(app.getState().analysis);
  if (!flat.ok) throw new RunError(flat.problems[0]!);
  const feeds: Record<string, FloatTensor> = {};
  for (const step of flat.value.inputs) {
    const { id, outputDims } = flat.value.steps[step]!;
    feeds[id] = feedFor(outputDims[0]!, picture, recipe);
  }
  const store = weights && (await loadWeights(weights, { signal }));
  const session = remoteSession();
  const from = performance.now();
  const facts = await session.create(design, {
    backend,
    seed,
    signal,
    onProgress,
    ...(store ? { weights: store } : {}),
  });
  const prepareMilliseconds = performance.now() - from;
  const {
    outputs,
    milliseconds,
    profile = [],
  } = await session.run(feeds, { signal, onProgress, profile: true });
  const name = facts.outputNames[0]!;
  return {
    output: outputs[name]!,
    name,
    milliseconds,
    prepareMilliseconds,
    backend: facts.backend,
    weightBytes: facts.weightBytes,
    activationBytes: facts.activationBytes,
    profile,
    seeded: weights === undefined,
  };
}

/** The picture where the input takes one, else seeded noise. */
function feedFor(
  dims: readonly number[],
  picture: Picture | undefined,
  recipe: PreprocessingName,
): FloatTensor {
  const [, channels = 0, height = 0, width = 0] = dims;
  if (picture && dims.length === 4 && (channels === 1 || channels === 3)) {
    return imageToTensor(picture.pixels, [channels, height, width], preprocessings[recipe]);
  }
  const tensor = Tensor.zeros(dims);
  const uniform = randomStream('noise');
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = 2 * uniform() - 1;
  return tensor;
}

function asProblem(error: unknown): Problem {
  if (error instanceof RunError) return error.problem;
  return {
    code: 'run-failed',
    where: {},
    message: error instanceof Error ? error.message : String(error),
    hint: '',
  };
}

function Result({ status }: { readonly status: Status }) {
  const t = useT();
  switch (status.kind) {
    case 'idle':
      return <p className="empty">{t('Run the design to see its scores and where the time goes.')}</p>;
    case 'cancelled':
      return <p className="empty">{t('Cancelled.')}</p>;
    case 'failed':
      return <ProblemCard problem={status.problem} />;
    case 'running':
      return <Progress progress={status.progress} since={status.since} />;
    case 'done':
      return <Scores outcome={status.outcome} />;
  }
}

function Progress({
  progress,
  since,
}: {
  readonly progress: RunProgress | undefined;
  readonly since: number;
}) {
  const t = useT();
  const fraction = progress?.fraction ?? 0;
  const elapsed = (performance.now() - since) / 1000;
  const left = fraction > 0.02 ? (elapsed / fraction) * (1 - fraction) : undefined;
  return (
    <div className="progress">
      <progress value={fraction} max={1} aria-label={t('Progress')} />
      <p className="muted">
        {progress?.node ? progress.node : t('Making weights ready …')}
        {left !== undefined ? ` · ${t('{{seconds}} s left', { seconds: Math.ceil(left) })}` : ''}
      </p>
    </div>
  );
}

const TOP = 5;

function Scores({ outcome }: { readonly outcome: Outcome }) {
  const t = useT();
  const { output, milliseconds, prepareMilliseconds, backend, weightBytes, activationBytes, profile } =
    outcome;
  const top = topK(output.data, TOP);
  const most = top[0]?.probability ?? 1;
  const named = output.data.length === classNames.length;
  return (
    <div className="scores">
      <div>
        <h3>{t('Top {{count}}', { count: top.length })}</h3>
        <ol className="score-list" data-testid="scores">
          {top.map(({ index, probability }) => (
            <li key={index}>
              <span className="score-name" title={String(index)}>
                {named ? classNames[index] : t('class {{index}}', { index })}
              </span>
              <span className="score-bar">
                <span style={{ transform: `scaleX(${probability / most})` }} />
              </span>
              <span className="score-value">{(probability * 100).toFixed(2)} %</span>
            </li>
          ))}
        </ol>
        <dl className="figures">
          <div>
            <dt>{t('Output')}</dt>
            <dd>{formatSample(output.dims)}</dd>
          </div>
          <div>
            <dt>{t('Time')}</dt>
            <dd>{milliseconds.toFixed(milliseconds < 10 ? 2 : 0)} ms</dd>
          </div>
          <div>
            <dt>{t('Making ready')}</dt>
            <dd>{prepareMilliseconds.toFixed(0)} ms</dd>
          </div>
          <div>
            <dt>{t('Backend')}</dt>
            <dd>{backend}</dd>
          </div>
          <div>
            <dt>{t('Memory')}</dt>
            <dd>
              {shortBytes(weightBytes)} + {shortBytes(activationBytes)}
            </dd>
          </div>
        </dl>
        {outcome.seeded ? (
          <p className="hint">
            {t('Weights are seeded, not trained: the scores show that the network runs, not what it sees.')}
          </p>
        ) : null}
      </div>
      {profile.length > 0 ? <ProfileTable profile={profile} /> : null}
    </div>
  );
}
