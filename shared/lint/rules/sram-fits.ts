import { bytesOf } from '../../graph/number-types.ts';
import { param } from '../../schema/params.ts';
import { defineRule } from '../define.ts';
import { phrases } from '../phrases.ts';
import { conv, network } from '../rule-examples.ts';

const say = phrases('sram-fits', {
  over: 'In int8, {{bytes}} bytes of activations are alive at once, {{over}} more than the {{limit}} of the target.',
});

export const sramFits = defineRule({
  says: say,
  title: 'Activations fit into the SRAM',
  why: `A microcontroller holds activations in SRAM, one byte each in int8, and there is no other place for them: what needs more does not run. Half of it or so is left to a network. The class of boards
of MLPerf Tiny has a few hundred KiB.`,
  source: 'Banbury et al. 2021 (MLPerf Tiny benchmark); Lin et al. 2020 (MCUNet)',
  severity: 'warning',
  presets: ['tiny'],
  options: { kib: param.int({ title: 'SRAM', doc: 'KiB of the target for activations.', default: 256 }) },
  *check({ analysis, options }) {
    const { peakBytes, numbers, batch } = analysis.totals;
    const bytes = Math.round(peakBytes / bytesOf(numbers.activations) / batch);
    const limit = options.kib * 1024;
    if (bytes > limit) yield { says: say('over', { bytes, over: bytes - limit, limit }) };
  },
  examples: [
    {
      title: 'A picture of 96×96',
      spec: network([3, 96, 96], conv('a', 8, { stride: 2 }), conv('b', 16)),
      finds: [],
    },
    {
      title: 'A picture of 224×224',
      spec: network([3, 224, 224], conv('a', 32), conv('b', 32)),
      finds: [undefined],
    },
  ],
});
