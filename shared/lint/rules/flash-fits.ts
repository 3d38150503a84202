import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('flash-fits', {
  over: 'In int8, weights take {{bytes}} bytes, {{over}} more than the {{limit}} of the target.',
});

export const flashFits = defineRule({
  says: say,
  title: 'Weights fit into the flash',
  why: `Weights lie in flash, one byte each in int8, beside the program. The class of boards of MLPerf Tiny has one or two MiB.`,
  source: 'Banbury et al. 2021 (MLPerf Tiny benchmark); Lin et al. 2020 (MCUNet)',
  severity: 'warning',
  presets: ['tiny'],
  options: { kib: param.int({ title: 'Flash', doc: 'KiB of the target for weights.', default: 1024 }) },
  *check({ analysis, options }) {
    const bytes = analysis.totals.params;
    const limit = options.kib * 1024;
    if (bytes > limit) yield { says: say('over', { bytes, over: bytes - limit, limit }) };
  },
  examples: [
    { title: 'A hundred thousand weights', spec: network([64, 8, 8], conv('a', 128)), finds: [] },
    { title: 'Two million', spec: network([512, 8, 8], conv('a', 512)), finds: [undefined] },
  ],
});
