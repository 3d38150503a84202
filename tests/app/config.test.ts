import { zipSync } from 'fflate';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { readConfigBeside } from '../../renderer/documents/config.ts';
import { documentOf, isDirty } from '../../renderer/state/app-state.ts';
import { budgetOf, configSources, lintOf } from '../../renderer/state/judged.ts';
import { chooseSeverity } from '../../renderer/state/rule-view.ts';
import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { exportOnnx } from '../../shared/formats/onnx/export.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { setLimit } from '../../shared/graph/edits.ts';
import { seededWeights } from '../../shared/runtime/weights.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { dict, named, pickle, tensor } from '../formats/weights/pickled.ts';
import { chain, designFrom, type OpenedApp, startApp } from './open-app.ts';

/** As torch.jit.save writes it, with pickles by hand. */
function scriptOfOneConvolution(): Uint8Array {
  const weight = tensor({ sizes: [2, 3, 2, 2], strides: [12, 4, 2, 1] });
  const [emptyTuple, newObject, build] = [0x29, 0x81, 0x62];
  const root = [...named('__torch__', 'Net'), emptyTuple, newObject, ...dict({ weight }), build];
  const code = `class Net(Module):
  __parameters__ = ["weight", ]
  weight : Tensor
  def forward(self: __torch__.Net,
    x: Tensor) -> Tensor:
    return torch.conv2d(x, self.weight, None, [1, 1], [0, 0], [1, 1], 1)
`;
  return zipSync(
    {
      'net/data.pkl': pickle(root),
      'net/code/__torch__.py': new TextEncoder().encode(code),
      'net/data/0': new Uint8Array(new Float32Array(24).buffer),
    },
    { level: 0 },
  );
}

const file = '/designs/netwright.config.json';
const own = { id: 'narrow', when: "kind == 'conv2d' && out.channels < 16", message: '"{name}" is narrow.' };

let opened: OpenedApp;
beforeEach(() => {
  opened = startApp();
});

/** Opens the chain with a configuration beside it. */
async function openBeside(config: object | string, path = 'chain.netwright.json'): Promise<OpenedApp> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  opened.host.config = { files: [{ file, text }], path, failure: null };
  opened.state().open(designFrom(chain), { grant: 'chain.netwright.json', name: 'chain.netwright.json' });
  // A model is read by parts of the program that are loaded first.
  await vi.waitFor(() => expect(opened.state().config).toBeDefined(), { timeout: 30_000 });
  return opened;
}
const found = ({ state }: OpenedApp) => state().report.findings.map(({ rule, severity }) => [rule, severity]);

describe('a configuration beside the design', () => {
  it('gives it rules, severities, own rules and a budget, and is no part of it', async () => {
    const t = await openBeside({
      lint: { preset: 'vgg', rules: { 'redundant-activation': 'error' }, own: [own] },
      // 16·16·8·3·9 = 55,296 multiply-adds.
      budget: { macs: 55_000, baseline: 'zoo:lenet' },
    });
    expect(found(t)).toContainEqual(['redundant-activation', 'error']);
    expect(found(t)).toContainEqual(['narrow', 'warning']);
    expect(t.state().budget.gauges.macs).toMatchObject({ actual: 55_296, max: 55_000, within: false });
    expect(t.state().budget.gauges.params.baseline).toBe(
      // Caffe's LeNet: 20·25+20 + 50·20·25+50 + 500·800+500 + 10·500+10.
      431_080,
    );
    expect(lintOf(t.state()).preset).toBe('vgg');
    expect(documentOf(t.state()).lint).toEqual({ preset: 'recommended', rules: {} });
    expect(documentOf(t.state()).budget).toEqual({ limits: {} });
    expect(isDirty(t.state())).toBe(false);
  });

  it('stays under what the design says, and tells what comes from where', async () => {
    const t = await openBeside({
      lint: { rules: { 'redundant-activation': 'error', 'cost-hotspot': 'off' } },
      budget: { macs: 55_000, params: 10 },
    });
    expect(configSources(t.state())).toMatchObject({
      rules: { 'redundant-activation': file, 'cost-hotspot': file },
      limits: { macs: file, params: file },
      preset: undefined,
      baseline: undefined,
    });
    chooseSeverity(t.app, 'redundant-activation', 'info');
    t.state().editDocument('Limit', setLimit('macs', { kind: 'absolute', max: 60_000 }));
    expect(found(t)).toContainEqual(['redundant-activation', 'info']);
    expect(t.state().budget.gauges.macs.within).toBe(true);
    expect(configSources(t.state())).toMatchObject({
      rules: { 'cost-hotspot': file },
      limits: { params: file },
    });
    await t.run('undo');
    expect(budgetOf(t.state()).limits.macs).toEqual({ kind: 'absolute', max: 55_000 });
  });

  it('holds for the files that it names', async () => {
    const override = { overrides: [{ files: 'small/*.json', lint: { own: [own] } }] };
    expect(found(await openBeside(override, 'small/a.json'))).toContainEqual(['narrow', 'warning']);
    expect(found(await openBeside(override, 'large/a.json'))).not.toContainEqual(['narrow', 'warning']);
  });

  it('is that of the document that is open, and none of one without a file', async () => {
    const t = await openBeside({ lint: { own: [own] } });
    t.state().open(zooEntry('lenet')!.build());
    expect(t.state().config).toBeUndefined();
    expect(found(t).some(([rule]) => rule === 'narrow')).toBe(false);
  });

  it('is read again when the window is come back to, and only what changed is worked out anew', async () => {
    const t = await openBeside({ lint: { own: [own] } });
    const { config, report } = t.state();
    await readConfigBeside(t.app);
    expect(t.state().config).toBe(config);
    expect(t.state().report).toBe(report);
    t.host.config = { files: [{ file, text: '{}' }], path: 'chain.netwright.json', failure: null };
    await readConfigBeside(t.app);
    expect(found(t).some(([rule]) => rule === 'narrow')).toBe(false);
  });

  it('names a design as its baseline, which the host reads', async () => {
    opened.host.files.set('base.json', new TextEncoder().encode(writeSpec(zooEntry('lenet')!.build())));
    const t = await openBeside({ budget: { baseline: 'base.json', params: '+5%' } });
    expect(t.state().budget.gauges.params.max).toBeCloseTo(431_080 * 1.05);
  });

  it('names a model as its baseline, which is read without its weights', async () => {
    const lenet = zooEntry('lenet')!.build();
    const flat = flatten(analyze(lenet));
    const exported = flat.ok ? exportOnnx(lenet, seededWeights(flat.value, 1)) : flat;
    if (!exported.ok) throw new Error(exported.problems[0]?.message);
    opened.host.files.set('models/base.onnx', exported.value);
    const t = await openBeside({ budget: { baseline: 'models/base.onnx', params: '+5%' } });
    expect(t.state().config?.troubles).toEqual([]);
    expect(t.state().budget.gauges.params.max).toBeCloseTo(431_080 * 1.05);
  });

  it('names a TorchScript archive as its baseline, for an input of the usual size', async () => {
    opened.host.files.set('models/base.pt', scriptOfOneConvolution());
    const t = await openBeside({ budget: { baseline: 'models/base.pt', params: '+50%', macs: '+50%' } });
    expect(t.state().config?.troubles).toEqual([]);
    // 2 filters of 3×2×2, at each of 223×223 places.
    expect(t.state().budget.gauges.params.max).toBeCloseTo(24 * 1.5);
    expect(t.state().budget.gauges.macs.max).toBeCloseTo(24 * 223 * 223 * 1.5);
  });

  it.each<[object | string, RegExp]>([
    ['{', /netwright\.config\.json:1 /],
    [{ lint: { rules: { 'no-such-rule': 'off' } } }, /There is no rule "no-such-rule"/],
    [{ lint: { own: [{ ...own, when: 'out.chanels < 3' }] } }, /no fact "out\.chanels"/],
    [{ budjet: {} }, /no key "budjet"\. Did you mean "budget"/],
    [{ budget: { baseline: 'nothing.json' } }, /baseline nothing\.json of .* cannot be read/],
    [{ overrides: [{ files: '{a,b}'.repeat(20) }] }, /stands for too much/],
  ])('that is mistaken (%j) does not hold, and says why', async (config, why) => {
    const t = await openBeside(config);
    expect(t.state().config?.troubles.join('\n')).toMatch(why);
    expect(t.state().config?.layers.every(({ part }) => part.own.length === 0)).toBe(true);
  });

  it('that cannot be read says so', async () => {
    const failure = { file: '/x/netwright.config.json', trouble: 'no-file', what: '' } as const;
    opened.host.config = { files: [], path: '', failure };
    opened.state().open(designFrom(chain), { grant: 'chain.netwright.json', name: 'chain' });
    await vi.waitFor(() =>
      expect(opened.state().config?.troubles).toEqual(['/x/netwright.config.json is no file.']),
    );
  });
});
