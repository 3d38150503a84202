import { referenceBackend } from '../../shared/runtime/reference/backend.ts';
import { registerBackend } from '../../shared/runtime/session.ts';
import { webglBackend } from '../../shared/runtime/webgl/backend.ts';
import { judgeCase, type Outcome } from './judge-case.ts';

/** A case whose files are written in base64. */
export interface WrittenCase {
  readonly model: string;
  readonly sets: readonly { readonly inputs: readonly string[]; readonly outputs: readonly string[] }[];
}

export interface ConformancePage {
  judge(cases: readonly WrittenCase[]): Promise<readonly Outcome[]>;
}

// Layers that shaders do not have run on the reference, as they run on the CPU engine in the app.
registerBackend(webglBackend({ host: referenceBackend }));

const bytesOf = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const conformance: ConformancePage = {
  async judge(cases) {
    const outcomes: Outcome[] = [];
    for (const { model, sets } of cases) {
      const files = {
        model: bytesOf(model),
        sets: sets.map(({ inputs, outputs }) => ({
          inputs: inputs.map(bytesOf),
          outputs: outputs.map(bytesOf),
        })),
      };
      outcomes.push(await judgeCase(files, 'webgl'));
    }
    return outcomes;
  },
};
Object.assign(window, { conformance });
