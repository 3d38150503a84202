import { expect, it, vi } from 'vitest';
import { documentOf } from '../../renderer/state/app-state.ts';
import { type TinyModel, tinyModel } from '../formats/onnx/tiny-model.ts';
import { wholeModels } from '../formats/weights/keras-files.ts';
import { type OpenedApp, startApp } from './open-app.ts';

const relu: Pick<TinyModel, 'outputs' | 'nodes'> = {
  outputs: { y: { dims: ['batch', 3, 'height', 'width'] } },
  nodes: [{ op: 'Relu', inputs: ['image'], outputs: ['y'] }],
};
const free: TinyModel = { ...relu, inputs: { image: { dims: ['batch', 3, 'height', 'width'] } } };

/** Until what reads models is there, which is loaded when the first is opened. */
const patient = { interval: 1, timeout: 20_000 };

/** Opens a model as from the dialog, up to the question. */
const begin = (t: OpenedApp, model: TinyModel, name = 'model.onnx') => {
  t.host.files.set(name, tinyModel(model));
  t.host.picks.push(name);
  const done = t.run('open');
  return { done, asked: vi.waitFor(() => expect(t.state().question).toBeDefined(), patient) };
};
const proposals = (t: OpenedApp) => t.state().question?.numbers?.map(({ title, value }) => [title, value]);
const image = (t: OpenedApp) => documentOf(t.state()).nodes.image;

it('asks how large what is open is, once for each name, and keeps the names', async () => {
  const t = startApp();
  const { done, asked } = begin(t, free);
  await asked;
  expect(t.state().question?.title).toBe('How large is the input of model.onnx?');
  expect(proposals(t)).toEqual([
    ['height', 224],
    ['width', 224],
  ]);
  t.app.answer('open', { height: 64 });
  await done;
  await vi.waitFor(() => expect(image(t)).toBeDefined(), patient);
  expect(image(t)).toMatchObject({
    params: { shape: [3, 64, 224], batched: true },
    open: [null, 'height', 'width'],
  });
});

it('remembers what was said of a file, and opens nothing when the question is closed', async () => {
  const t = startApp();
  const first = begin(t, free);
  await first.asked;
  t.app.answer('open', { height: 64, width: 48 });
  await first.done;
  await vi.waitFor(() => expect(image(t)).toBeDefined(), patient);
  const before = documentOf(t.state());
  const again = begin(t, free);
  await again.asked;
  expect(proposals(t)).toEqual([
    ['height', 64],
    ['width', 48],
  ]);
  t.answer(undefined);
  await again.done;
  expect(t.state().notice).toBeUndefined();
  expect(documentOf(t.state())).toBe(before);
  const other = begin(t, free, 'other.onnx');
  await other.asked;
  expect(proposals(t)?.[0]).toEqual(['height', 224]);
  t.answer(undefined);
  await other.done;
});

it.each([
  ['imgsz', '[640, 480]', [640, 480]],
  ['input_size', '320', [320, 320]],
  ['input_shape', '1x3x256x192', [256, 192]],
  ['names', '[640, 480]', [224, 224]],
])('proposes the size that the metadata tell: %s = %s', async (key, value, [height, width]) => {
  const t = startApp();
  const { done, asked } = begin(t, { ...free, metadata: { [key]: value } });
  await asked;
  expect(proposals(t)).toEqual([
    ['height', height],
    ['width', width],
  ]);
  t.answer(undefined);
  await done;
});

it('asks for a whole picture where no shape is stated, and for nothing where only the batch is open', async () => {
  const t = startApp();
  const { done, asked } = begin(t, { ...relu, inputs: { image: { dims: null } } });
  await asked;
  expect(proposals(t)).toEqual([
    ['channels', 3],
    ['height', 224],
    ['width', 224],
  ]);
  t.answer('open');
  await done;
  await vi.waitFor(() => expect(image(t)?.params.shape).toEqual([3, 224, 224]), patient);
  const fixed = startApp();
  fixed.host.files.set('fixed.onnx', tinyModel({ ...relu, inputs: { image: { dims: ['batch', 3, 8, 8] } } }));
  fixed.host.picks.push('fixed.onnx');
  await fixed.run('open');
  await vi.waitFor(() => expect(image(fixed)?.params.shape).toEqual([3, 8, 8]), patient);
  expect(fixed.state().question).toBeUndefined();
});

it('counts what was kept for nothing where it is no extent', async () => {
  const t = startApp();
  t.storage.kept.set('openAxes', JSON.stringify({ 'model.onnx': { height: -3, width: 'wide' } }));
  const { done, asked } = begin(t, free);
  await asked;
  expect(proposals(t)).toEqual([
    ['height', 224],
    ['width', 224],
  ]);
  t.answer(undefined);
  await done;
});

it.each(['model.h5', 'model.keras'])(
  'asks for what a model of Keras leaves open, channels first: %s',
  async (name) => {
    const [hdf5, archive] = await wholeModels(6, null);
    const t = startApp();
    t.host.files.set(name, name.endsWith('.h5') ? hdf5 : archive);
    const openIt = async (width: number | undefined) => {
      t.host.picks.push(name);
      const done = t.run('open');
      await vi.waitFor(() => expect(t.state().question).toBeDefined(), patient);
      expect(proposals(t)).toEqual([['x: Width', 224]]);
      if (width === undefined) t.answer(undefined);
      else t.app.answer('open', { 'x:3': width });
      await done;
    };
    await openIt(undefined);
    expect(t.state().notice).toBeUndefined();
    await openIt(6);
    await vi.waitFor(() => expect(documentOf(t.state()).nodes.x?.params.shape).toEqual([2, 6, 6]), patient);
  },
);
