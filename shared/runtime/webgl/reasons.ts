import { inWords, type Phrase } from '../../base/messages.ts';
import { messages } from '../../base/problem.ts';

export const say = messages('runtime/webgl/reasons', {
  'no-webgl2': 'This browser or graphics driver offers no WebGL2.',
  'no-float-targets':
    'This graphics driver cannot render to floating-point textures (EXT_color_buffer_float).',
  'no-memory': 'The graphics device has no memory left for textures of {{mebibytes}} MiB.',
  'device-error': 'The graphics device failed (error {{error}}).',
  'software-device': 'its device is a software rasteriser ({{device}})',
  'no-shader': 'no shader computes it',
  'tensor-fits-no-texture': 'a tensor of {{dims}}, which fits no texture',
  reads: 'it reads {{what}}',
  'filter-wider-than-texture': 'a filter of {{taps}} taps is wider than a texture',
  'filters-fit-no-texture': 'the filters do not fit a texture',
  'empty-input': 'an empty input',
  'lanes-fit-no-texture': 'the sums of its lanes fit no texture',
  'means-fit-no-texture': 'the means of its pixels fit no texture',
  'sums-fit-no-texture': 'sums that fit no texture',
  'part-fits-no-texture': 'a part of the concatenation fits no texture',
  'too-many-inputs': '{{inputs}} inputs are more than one shader can read',
  'too-many-tokens': 'more tokens than a texture holds',
  'half-positions': 'positions that half floats do not hold',
  'matrix-fits-no-texture': 'a matrix of {{inputs}} inputs does not fit textures',
  'scores-fit-no-texture': 'scores that fit no texture',
  'score-sums-fit-no-texture': 'the sums of its scores fit no texture',
  'too-many-positions': 'more positions than a texture is high',
  'long-runs': 'runs of {{length}} elements',
  'written-twice': 'elements that are written more than once',
  'too-many-elements': 'a tensor of 2³¹ elements',
});

/** Why the device cannot do something; parts of what is told of a backend or of a layer. */
export const reasons = {
  noWebgl2: say.part('no-webgl2'),
  noFloatTargets: say.part('no-float-targets'),
  noMemory: (mebibytes: number) => say.part('no-memory', { mebibytes }),
  deviceError: (error: number) => say.part('device-error', { error }),
  softwareDevice: (device: Phrase) => say.part('software-device', { device }),
  noShader: say.part('no-shader'),
  tensorFitsNoTexture: (dims: string) => say.part('tensor-fits-no-texture', { dims }),
  reads: (what: Phrase) => say.part('reads', { what }),
  filterWiderThanTexture: (taps: number) => say.part('filter-wider-than-texture', { taps }),
  filtersFitNoTexture: say.part('filters-fit-no-texture'),
  emptyInput: say.part('empty-input'),
  lanesFitNoTexture: say.part('lanes-fit-no-texture'),
  meansFitNoTexture: say.part('means-fit-no-texture'),
  sumsFitNoTexture: say.part('sums-fit-no-texture'),
  partFitsNoTexture: say.part('part-fits-no-texture'),
  tooManyInputs: (inputs: number) => say.part('too-many-inputs', { inputs }),
  tooManyTokens: say.part('too-many-tokens'),
  halfPositions: say.part('half-positions'),
  matrixFitsNoTexture: (inputs: number) => say.part('matrix-fits-no-texture', { inputs }),
  scoresFitNoTexture: say.part('scores-fit-no-texture'),
  scoreSumsFitNoTexture: say.part('score-sums-fit-no-texture'),
  tooManyPositions: say.part('too-many-positions'),
  longRuns: (length: number) => say.part('long-runs', { length }),
  writtenTwice: say.part('written-twice'),
  tooManyElements: say.part('too-many-elements'),
};

/** A failure whose message is kept as it was before it was put into English. */
export class ReasonedError extends Error {
  readonly reason: Phrase;

  constructor(reason: Phrase) {
    super(inWords(reason));
    this.reason = reason;
  }
}
