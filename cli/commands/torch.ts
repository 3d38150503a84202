import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { reasonOf } from '../../shared/disk/reasons.ts';
import { CommandFailure } from '../failure.ts';
import { t, tell } from '../i18n/language.ts';
import { tracerFile } from '../python.ts';
import type { Terminal } from '../terminal.ts';

interface TorchOptions {
  readonly printPath?: boolean;
  readonly copy?: string;
}

export function addTorch(program: Command, terminal: Terminal): void {
  program
    .command('torch')
    .description('the Python file that writes PyTorch modules as designs')
    .option('--print-path', 'print where it lies')
    .option('--copy <folder>', 'copy it into a folder')
    .addHelpText(
      'after',
      `\nIt needs torch 1.13 or newer and nothing else:\n  $ python3 "$(netwright torch --print-path)" torchvision.models:resnet18 --input 3,224,224 -o net.netwright.json\n\nFrom a program of your own:\n  $ netwright torch --copy .\n  import netwright_torch\n  netwright_torch.save(model, "net.netwright.json", input=(3, 224, 224))\n\nOther commands call it by themselves: netwright summary model.py:Net`,
    )
    .action(async ({ copy }: TorchOptions) => {
      const file = tracerFile();
      if (copy === undefined) {
        terminal.out(`${file}\n`);
        return;
      }
      const target = join(copy, basename(file));
      await copyFile(file, target).catch((error: unknown) => {
        throw new CommandFailure(tell`${target}: cannot be written: ${t(reasonOf(error))}.`);
      });
      terminal.out(`${target}\n`);
    });
}
