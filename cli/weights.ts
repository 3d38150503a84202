import { basename } from 'node:path';
import { analyze } from '../shared/analysis/analyze.ts';
import { flatten } from '../shared/analysis/flatten.ts';
import { matchWeights, misfitProblems, type WeightReport } from '../shared/formats/checkpoints/match.ts';
import { readWeights } from '../shared/formats/checkpoints/read.ts';
import { endingsOf } from '../shared/formats/models.ts';
import { failWith } from './failure.ts';
import { externalFiles, FileSource } from './file-source.ts';
import type { OpenedModel } from './open-design.ts';

/** For every command's help. */
export const weightsHelp = `weights to use (${endingsOf('weights').join(', ')}), by the design's names, its PyTorch code's or torchvision's`;

/** What a model runs with, and what became of the file that its weights came from. */
export interface ModelWithWeights extends OpenedModel {
  readonly weightReport?: WeightReport;
}

/** The model with the weights of another file; refuses a file that lacks some of them. */
export async function withWeights(
  file: string,
  model: OpenedModel,
  weightsFile: string | undefined,
): Promise<ModelWithWeights> {
  if (weightsFile === undefined) return model;
  const network = flatten(analyze(model.design));
  if (!network.ok) throw failWith(file, network.problems);
  const source = await FileSource.open(weightsFile);
  const opened = [source];
  const close = async () => {
    for (const each of opened.splice(0)) await each.close();
    await model.close();
  };
  try {
    const read = await readWeights(basename(weightsFile), source, {
      openExternal: externalFiles(weightsFile, opened),
    });
    if (!read.ok) throw failWith(weightsFile, read.problems);
    const { weights, report } = matchWeights(model.design, network.value, read.value);
    const problems = misfitProblems(report);
    if (problems.length > 0) throw failWith(weightsFile, problems);
    return { design: model.design, weights, weightReport: report, close };
  } catch (error) {
    await close();
    throw error;
  }
}
