import { inWords } from '../../../../shared/base/messages.ts';
import { RunError } from '../../../../shared/runtime/run-error.ts';
import { webglBackend } from '../../../../shared/runtime/webgl/backend.ts';
import { WebglDevice } from '../../../../shared/runtime/webgl/device.ts';
import { explain } from '../../../../shared/runtime/webgl/problems.ts';
import { seededWeights } from '../../../../shared/runtime/weights.ts';
import { zooNetwork } from '../../../bench/zoo-network.ts';
import { pictureFor } from './picture.ts';

type Lack = 'webgl2' | 'float-targets' | 'float-and-half-targets' | 'memory' | 'memory-later';

/** What a new machine says of itself and of LeNet-5 where the platform lacks something: its getters are stubbed. */
export async function lacking(lack: Lack): Promise<{
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly notices: readonly string[];
  readonly precision: string | undefined;
}> {
  const none = { code: '', message: '', hint: '', notices: [], precision: undefined };
  const { prototype } = WebGL2RenderingContext;
  const { texStorage3D, getError } = prototype;
  const getExtension: (name: string) => unknown = prototype.getExtension;
  const { getContext } = OffscreenCanvas.prototype;
  let refuse = lack === 'memory';
  let refused = false;
  if (lack === 'webgl2') OffscreenCanvas.prototype.getContext = () => null;
  if (lack === 'float-targets' || lack === 'float-and-half-targets') {
    Object.assign(prototype, {
      getExtension(this: WebGL2RenderingContext, name: string): unknown {
        if (name === 'EXT_color_buffer_float') return null;
        // Chromium's software device offers half floats only by way of the wider extension.
        const other = lack === 'float-targets' ? 'EXT_color_buffer_float' : 'none';
        return getExtension.call(this, name === 'EXT_color_buffer_half_float' ? other : name);
      },
    });
  }
  prototype.texStorage3D = function (this: WebGL2RenderingContext, ...args) {
    refused = refuse;
    if (!refuse) texStorage3D.apply(this, args);
  };
  prototype.getError = function (this: WebGL2RenderingContext) {
    if (!refused) return getError.call(this);
    refused = false;
    return this.OUT_OF_MEMORY;
  };
  try {
    const device = WebglDevice.create();
    const network = zooNetwork('lenet');
    const executable = await webglBackend({ device }).prepare(network, seededWeights(network, 1));
    refuse = lack === 'memory-later';
    await executable.run(pictureFor(network, lack === 'memory-later' ? 2 : 1));
    const { notices } = executable;
    await executable.release();
    device.dispose();
    return { ...none, notices: notices.map((notice) => inWords(notice)), precision: device.limits.precision };
  } catch (error) {
    const explained = explain(error);
    if (!(explained instanceof RunError)) throw error;
    const { code, message, hint } = explained.problem;
    return { ...none, code, message, hint };
  } finally {
    Object.assign(prototype, { getExtension, texStorage3D, getError });
    OffscreenCanvas.prototype.getContext = getContext;
  }
}
