import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendName } from '../../shared/runtime/session.ts';
import { type CaseFiles, judgeCase, type Outcome } from './judge-case.ts';
import { tensorFiles } from './reference-data.ts';

/** `model.onnx` and every data set beside it. */
export function readCase(folder: string, model = 'model.onnx', data = folder): CaseFiles {
  const sets = [];
  for (let set = 0; existsSync(join(data, `test_data_set_${set}`)); set++) {
    const read = (kind: 'input' | 'output') =>
      tensorFiles(join(data, `test_data_set_${set}`), kind).map((file) => readFileSync(file));
    sets.push({ inputs: read('input'), outputs: read('output') });
  }
  return { model: readFileSync(join(folder, model)), sets };
}

export function runCase(
  folder: string,
  backend: BackendName,
  model = 'model.onnx',
  data = folder,
): Promise<Outcome> {
  return judgeCase(readCase(folder, model, data), backend);
}
