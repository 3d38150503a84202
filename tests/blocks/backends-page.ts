import { DesignSession, registerBackend } from '../../shared/runtime/session.ts';
import { webglBackend } from '../../shared/runtime/webgl/backend.ts';
import { blockCase, plainTwin } from './plain-twin.ts';

registerBackend(webglBackend());

/** What a design gives on WebGL as it is, and without its blocks. */
async function runBoth(name: string): Promise<Readonly<Record<'packed' | 'plain', number[]>>> {
  const { input, ...packed } = blockCase(name);
  const outputOf = async ({ design, weights }: typeof packed): Promise<number[]> => {
    const session = await DesignSession.create(design, { backend: 'webgl', weights });
    try {
      return [...(await session.run({ input })).output!.data];
    } finally {
      await session.release();
    }
  };
  return { packed: await outputOf(packed), plain: await outputOf(plainTwin(packed)) };
}

const page = { runBoth };
export type BlocksPage = typeof page;
Object.assign(globalThis, { page });
