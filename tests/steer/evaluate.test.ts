import { describe, expect, it } from 'vitest';
import { analyze } from '../../shared/analysis/analyze.ts';
import { paperSharing } from '../../shared/graph/quantities.ts';
import { compile } from '../../shared/steer/evaluate.ts';
import { knobsOf, steeringOf, usualValues } from '../../shared/steer/knobs.ts';
import { measuresOf } from '../../shared/steer/quantities.ts';
import { zoo } from '../../shared/zoo/index.ts';

describe('a design as a function of its knobs', () => {
  it.each(zoo.map((entry) => [entry.id, entry] as const))(
    '%s counts where it stands what the analysis counts',
    (_, entry) => {
      const design = entry.build();
      const analysis = analyze(design);
      const steering = { ...steeringOf(design, analysis), peaks: paperSharing };
      const knobs = knobsOf(steering).map((knob) => ({ knob, values: usualValues(knob) }));
      const evaluator = compile(steering, knobs);
      expect(evaluator.measure(evaluator.base)).toEqual({
        ...measuresOf(analysis, paperSharing),
        arenaLeastBytes: expect.any(Number),
      });
    },
  );
});
