import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { reasonOf } from '../../shared/disk/reasons.ts';
import { gives } from '../../shared/formats/models.ts';
import { CommandFailure } from '../failure.ts';
import { t, tell } from '../i18n/language.ts';
import { findApp } from '../places-of-app.ts';

export function addOpen(program: Command): void {
  program
    .command('open')
    .description('open a design or a model in the app on the desktop')
    .argument(
      '[file]',
      'a spec (.netwright.json), a model, or a PyTorch program (.py); the app alone, where left out',
    )
    .addHelpText(
      'after',
      '\nThe app is looked for where its installers put it; NETWRIGHT_APP names another.\n\nExamples:\n  $ netwright open design.netwright.json\n  $ netwright open model.onnx',
    )
    .action((file: string | undefined) => openInApp(file));
}

/** Starts the app, or hands the file to the one that runs, and waits for neither. */
async function openInApp(file: string | undefined): Promise<void> {
  if (file !== undefined) checkFile(file);
  const app = findApp(join(import.meta.dirname, '../..'));
  if (!app)
    throw new CommandFailure(
      tell`the app is not installed here; NETWRIGHT_APP can name the program to start.`,
    );
  const child = spawn(app.program, [...app.args, ...(file === undefined ? [] : [resolve(file)])], {
    detached: true,
    stdio: 'ignore',
  });
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error) => failed(new CommandFailure(`${app.program}: ${t(reasonOf(error))}.`)));
  });
  child.unref();
}

function checkFile(file: string): void {
  try {
    if (!statSync(file).isFile()) throw new CommandFailure(tell`${file}: is no file.`);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(tell`${file}: cannot be read: ${t(reasonOf(error))}.`);
  }
  if (!gives(file, 'network') && !gives(file, 'program'))
    throw new CommandFailure(
      tell`${file}: the app opens specs (.netwright.json), models (.onnx, .keras, .pt) and PyTorch programs (.py).`,
    );
}
