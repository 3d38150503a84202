import { referenceMachine } from '../../shared/runtime/reference/machine.ts';
import { registerMachine } from '../../shared/runtime/session.ts';
import { webglMachine } from '../../shared/runtime/webgl/machine.ts';
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
registerMachine(webglMachine({ host: referenceMachine }));

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
