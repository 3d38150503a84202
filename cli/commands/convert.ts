import type { Command } from 'commander';
import { Refusal } from '../../shared/formats/weights/source.ts';
import { failWith } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { formatFor, writableFormats } from '../formats.ts';
import { fileHelp, foldHelp, openModel } from '../open-design.ts';
import { wholeNumber } from '../options.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import type { Terminal } from '../terminal.ts';
import { weightsHelp, withWeights } from '../weights.ts';

interface ConvertOptions extends ShapeOptions {
  readonly seed: number;
  readonly weights?: string;
  readonly fold?: boolean;
}

export function addConvert(program: Command, terminal: Terminal): void {
  const formats = writableFormats
    .map(({ extension, title }) => `  ${extension.padEnd(14)}${title}`)
    .join('\n');
  program
    .command('convert')
    .description('write a design in another format, by the name of the output')
    .argument('<in>', fileHelp)
    .argument('<out>', 'the file to write; - for a spec on standard output')
    .option('--seed <n>', 'of weights, where the design brings none', wholeNumber(0, 2 ** 32 - 1), 0)
    .option('--weights <file>', weightsHelp)
    .addOption(shapeOption())
    .option('--fold', foldHelp)
    .addHelpText(
      'after',
      `\nFormats:\n${formats}\n\nExamples:\n  $ netwright convert zoo:resnet18 resnet18.json\n  $ netwright convert design.json costs.csv\n  $ netwright convert zoo:lenet lenet.onnx --seed 1\n  $ netwright convert zoo:resnet18 resnet18.onnx --weights torchvision.safetensors\n  $ netwright convert model.onnx model.py --fold\n  $ netwright convert zoo:vgg16 - | netwright summary -`,
    )
    .action(async (input: string, output: string, { seed, weights, fold, ...given }: ConvertOptions) => {
      const toStdout = output === '-';
      const format = formatFor(toStdout ? '-.json' : output, writableFormats);
      const model = await withWeights(
        input,
        await openModel(input, { terminal, fold: fold === true, shapes: shapesOf(given) }),
        weights,
      );
      const content = await Promise.resolve(format.write(model, { file: input, seed }))
        .catch((error) => {
          throw error instanceof Refusal ? failWith(input, [error.problem]) : error;
        })
        .finally(model.close);
      if (toStdout) terminal.out(Buffer.from(content));
      else await writeAtomically(output, content);
    });
}
