import { type Dispatch, eachElement, eachGroup, type KernelContext, LANES } from '../dispatch.ts';
import { type ConvolutionSpec, endingOf, plainFilters, windowInts } from './convolution-spec.ts';
import { TOTAL } from './lanes.ts';

/** Channels of a group up to which each output is summed by itself: too few to share what is read of them. */
const FEW_CHANNELS = 8;

/** Whether a convolution's groups are so small that products would mostly multiply by nothing. */
export function suitsDirect({ from, to, groups }: ConvolutionSpec): boolean {
  return groups > 1 && (from.channels / groups <= FEW_CHANNELS || to.channels / groups <= FEW_CHANNELS);
}

/** Each invocation sums the window of one output: depthwise convolutions and those of small groups. */
export function directConvolution(spec: ConvolutionSpec, context: KernelContext): Dispatch {
  const { from, to, groups, macs } = spec;
  const ending = endingOf(spec, context);
  return eachElement({
    reads: { X: spec.input, W: plainFilters(spec, context), ...ending.reads },
    writes: spec.output,
    count: to.batch * to.channels * to.height * to.width,
    ints: {
      ...windowInts(spec),
      ins: from.channels,
      outs: to.channels,
      rows: to.height,
      depth: from.channels / groups,
      filters: to.channels / groups,
    },
    declarations: ending.declarations,
    body:
      'let area=p.rows*p.columns;let map=i/area;let pixel=i-map*area;let image=map/p.outs;let channel=map-image*p.outs;' +
      'let y0=pixel/p.columns*p.strideY-p.beforeY;let x0=pixel%p.columns*p.strideX-p.beforeX;' +
      'var w=channel*p.depth*p.kernelY*p.kernelX;var start=(image*p.ins+channel/p.filters*p.depth)*p.height*p.width;var s=0.0;\n' +
      'for(var c=0;c<p.depth;c++){for(var ky=0;ky<p.kernelY;ky++){let y=y0+ky*p.dilationY;if(y>=0&&y<p.height){' +
      'for(var kx=0;kx<p.kernelX;kx++){let x=x0+kx*p.dilationX;if(x>=0&&x<p.width){s+=X[start+y*p.width+x]*W[w+ky*p.kernelX+kx];}}}}\n' +
      'w+=p.kernelY*p.kernelX;start+=p.height*p.width;}Y[i]=ended(s,channel,i);',
    macs,
  });
}

/** Whether each output is a sum over all of its image: a fully connected layer. */
export function isDense({ from, to, groups, window }: ConvolutionSpec): boolean {
  const { kernel, before, after } = window;
  return (
    groups === 1 &&
    to.height * to.width === 1 &&
    kernel[0] === from.height &&
    kernel[1] === from.width &&
    [...before, ...after].every((side) => side === 0)
  );
}

/** A workgroup for each output of each image, whose invocations share its terms. */
export function denseLayer(spec: ConvolutionSpec, context: KernelContext): Dispatch {
  const { from, to, macs } = spec;
  const ending = endingOf(spec, context);
  return eachGroup({
    reads: { X: spec.input, W: plainFilters(spec, context), ...ending.reads },
    writes: spec.output,
    count: to.batch * to.channels,
    ints: { outs: to.channels, terms: from.channels * from.height * from.width },
    declarations: `${TOTAL}${ending.declarations}`,
    body:
      'let image=which/p.outs;let channel=which-image*p.outs;var s=0.0;\n' +
      `for(var i=i32(lane);i<p.terms;i+=${LANES}){s+=X[image*p.terms+i]*W[channel*p.terms+i];}\n` +
      'let sum=total(s,lane);if(lane==0u){Y[which]=ended(sum,channel,which);}',
    macs,
  });
}
