import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { type FlatNetwork, flatten, weightHolders } from '../../shared/analysis/flatten.ts';
import { Tensor } from '../../shared/base/tensor.ts';
import { narrowed, narrowingOf } from '../../shared/formats/weights/narrow.ts';
import type { LazyWeights, WeightTensors } from '../../shared/formats/weights/store.ts';
import type { Design } from '../../shared/graph/design.ts';
import { setParams } from '../../shared/graph/edits.ts';
import { DesignSession } from '../../shared/runtime/session.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { fitNow } from '../../shared/steer/fit.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { small } from './small.ts';

function networkOf(design: Design): FlatNetwork {
  const flat = flatten(analyze(design));
  if (!flat.ok) throw new Error(flat.problems[0]?.message);
  return flat.value;
}

const lazy = (store: WeightTensors): LazyWeights =>
  Object.fromEntries(
    Object.entries(store).map(([id, weights]) => [
      id,
      Object.fromEntries(
        Object.entries(weights).map(([name, tensor]) => [
          name,
          { dims: tensor.dims, load: async () => tensor },
        ]),
      ),
    ]),
  );

/** The design with all its widths twice as large: as a search for designs makes it. */
function twiceAsWide(design: Design): Design {
  const { params } = analyze(design).totals;
  const found = fitNow(design, {
    vary: [{ knob: 'width', values: [1, 2] }],
    limits: [{ quantity: 'params', atLeast: params + 1 }],
  });
  if (found.kind !== 'found') throw new Error(`${design.name} cannot be made wider.`);
  return found.answers[0]!.design;
}

/** The weights of a wider network of which all but the first channels are zero, so that it computes what the narrow one does. */
function embedded(narrow: WeightTensors, wide: FlatNetwork): WeightTensors {
  return Object.fromEntries(
    weightHolders(wide).map(({ id, step }) => [
      id,
      Object.fromEntries(
        step.weights.map(({ name, dims }) => {
          const [out, own] = [Tensor.zeros(dims), narrow[id]![name]!];
          const [rows = 1, columns = 1] = own.dims;
          const inner = own.data.length / (rows * columns);
          for (let r = 0; r < rows; r++)
            for (let c = 0; c < columns; c++) {
              const from = (r * columns + c) * inner;
              out.data.set(own.data.subarray(from, from + inner), (r * (dims[1] ?? 1) + c) * inner);
            }
          return [name, out];
        }),
      ),
    ]),
  );
}

describe('weights of a narrower design', () => {
  it.each(['vgg11', 'resnet18', 'mobilenet_v1'])(
    '%s: channels that are zero go first, and what is left computes the same',
    async (name) => {
      const design = small(zooEntry(name)!.build());
      const [network, wide] = [networkOf(design), networkOf(twiceAsWide(design))];
      const own = seededWeights(network, 3);
      const weights = lazy(embedded(own, wide));
      const narrowing = narrowingOf(network, weights);
      const misfits = weightHolders(network).filter(({ id, step }) =>
        step.weights.some(({ name: each, dims }) => weights[id]![each]!.dims.join() !== dims.join()),
      );
      expect(misfits.length).toBeGreaterThan(5);
      expect(narrowing.slicings.map(({ id }) => id)).toEqual(misfits.map(({ id }) => id));
      const store = await narrowed(narrowing, weights);
      for (const [id, tensors] of Object.entries(store))
        for (const [each, { data, dims }] of Object.entries(tensors)) {
          expect(dims, `${id} ${each}`).toEqual(own[id]![each]!.dims);
          expect(data, `${id} ${each}`).toEqual(own[id]![each]!.data);
        }
    },
  );

  it('keep the filters with the largest norms, in their order, and what reads them', async () => {
    const wide = small(zooEntry('lenet')!.build());
    const [conv] = Object.keys(wide.nodes).filter((id) => wide.nodes[id]!.kind === 'conv2d');
    const channels = Number(wide.nodes[conv!]!.params.channels);
    const own = seededWeights(networkOf(wide), 1);
    const filters = own[conv!]!.weight!;
    const each = filters.data.length / channels;
    // All filters but the first are made weaker one after the other: the first half is the strongest, turned round.
    for (let i = 0; i < filters.data.length; i++)
      filters.data[i] = (Math.floor(i / each) % 2 === 0 ? 10 : 0.1) * (1 + filters.data[i]!);
    const narrow = networkOf(produce(wide, setParams([conv!], { channels: channels / 2 })));
    const store = await narrowed(narrowingOf(narrow, lazy(own)), lazy(own));
    const left = store[conv!]!.weight!;
    for (let place = 0; place < channels / 2; place++)
      expect(left.data.slice(place * each, (place + 1) * each)).toEqual(
        filters.data.slice(2 * place * each, (2 * place + 1) * each),
      );
    const session = await DesignSession.create(narrow, {
      backend: 'reference',
      weights: { ...own, ...store },
    });
    expect(session.outputNames).toHaveLength(1);
  });

  it('are dropped where it is not known what the channels are: in groups, and where the design is wider', () => {
    const design = small(zooEntry('resnext50_32x4d')!.build());
    const wide = seededWeights(networkOf(twiceAsWide(design)), 0);
    const whole = narrowingOf(networkOf(design), lazy(wide));
    const grouped = weightHolders(networkOf(design)).filter(
      ({ step }) => Number(step.params.groups ?? 1) > 1,
    );
    expect(grouped.length).toBeGreaterThan(0);
    const sliced = new Set(whole.slicings.map(({ id }) => id));
    expect(grouped.filter(({ id }) => sliced.has(id))).toEqual([]);
    const wider = narrowingOf(networkOf(twiceAsWide(design)), lazy(seededWeights(networkOf(design), 0)));
    expect(wider.slicings).toEqual([]);
  });
});
