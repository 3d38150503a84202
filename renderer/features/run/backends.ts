import { useEffect, useState } from 'react';
import type { BackendFacts, BackendName } from '../../../shared/runtime/session.ts';
import { remoteSession } from '../../state/run/runner.ts';

/** Titles of backends, to be translated. */
export const backendTitles: Readonly<Record<BackendName, string>> = {
  auto: 'Fastest',
  cpu: 'CPU, threaded',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  reference: 'Reference loops',
};

/** WebGPU is there only where an adapter is. */
const unasked: readonly BackendFacts[] = (Object.keys(backendTitles) as BackendName[])
  .filter((name) => name !== 'webgpu')
  .map((name) => ({ name, available: true, note: undefined }));

/** What the worker can run networks on; until it has answered, all that are everywhere. */
export function useBackends(): readonly BackendFacts[] {
  const [backends, setBackends] = useState(unasked);
  useEffect(() => {
    let gone = false;
    remoteSession()
      .backends()
      .then(
        (found) => {
          if (!gone) setBackends(found);
        },
        // A worker that dies says so when something is run on it.
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, []);
  return backends;
}
