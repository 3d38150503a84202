import { type Command, InvalidArgumentError, Option } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { isIssue } from '../../shared/base/problem.ts';
import {
  type ExportForm,
  encodingInfo,
  exportForms,
  formNamed,
  type Subject,
  subjectInfo,
  subjects,
} from '../../shared/formats/exports/forms.ts';
import { type ExportOptions, exportParams } from '../../shared/formats/exports/options.ts';
import { renderExport } from '../../shared/formats/exports/render.ts';
import { readParam } from '../../shared/schema/codec.ts';
import type { Param } from '../../shared/schema/params.ts';
import { nodeExportTools } from '../export-tools.ts';
import { CommandFailure, failWith } from '../failure.ts';
import { writeAtomically } from '../files.ts';
import { said, t, tell } from '../i18n/language.ts';
import { fileHelp, foldHelp, openDesign } from '../open-design.ts';
import { type ShapeOptions, shapeOption, shapesOf } from '../shapes.ts';
import type { Terminal } from '../terminal.ts';

interface DrawOptions extends ExportOptions, ShapeOptions {
  readonly output: string;
  readonly view?: Subject;
  readonly fold?: boolean;
}

export function addDraw(program: Command, terminal: Terminal): void {
  const command = program
    .command('draw')
    .description(
      'draw a network: its graph, its volumes to scale as papers do, its costs along depth, or a table of them',
    )
    .argument('<file>', fileHelp)
    .requiredOption('-o, --output <file>', 'the picture or table; - for SVG on standard output')
    .addOption(
      new Option('--view <view>', 'what to draw; by the name of the output when left out').choices(subjects),
    );
  command.addOption(shapeOption()).option('--fold', foldHelp);
  for (const [name, p] of Object.entries(exportParams)) command.addOption(optionOf(name, p));
  command
    .addHelpText(
      'after',
      `\nViews and the names of their files:\n${subjects.map((subject) => `  ${subject.padEnd(10)}${extensionsOf(subject).join(' ')}`).join('\n')}\n\nExamples:\n  $ netwright draw zoo:resnet152 -o resnet152.svg --detail stages\n  $ netwright draw zoo:alexnet -o alexnet.tikz --view volumes\n  $ netwright draw zoo:alexnet -o costs.png --view profile --theme dark\n  $ netwright draw zoo:vgg16 -o costs.csv --convention flops2\n  $ netwright draw design.json -o design.mmd`,
    )
    .action(async (file: string, { output, view, fold, shape = [], ...options }: DrawOptions) => {
      const toStdout = output === '-';
      const form = formFor(toStdout ? '-.svg' : output, view);
      const design = await openDesign(file, { terminal, fold: fold === true, shapes: shapesOf({ shape }) });
      const content = await renderExport(
        form,
        { design, analysis: analyze(design) },
        options,
        nodeExportTools,
      );
      if (!content.ok) throw failWith(file, content.problems);
      if (toStdout) terminal.out(Buffer.from(content.value));
      else await writeAtomically(output, content.value);
    });
}

function formFor(output: string, view: Subject | undefined): ExportForm {
  const form = formNamed(output, view);
  if (form) return form;
  const extensions = new Set((view === undefined ? subjects : [view]).flatMap(extensionsOf));
  const known = [...extensions].join(' ');
  throw new CommandFailure(
    view === undefined
      ? tell`${output}: its name says no format that a picture or table is written in. Use one of ${known}.`
      : tell`${output}: its name says no format that the ${t(subjectInfo[view].title).toLowerCase()} is written in. Use one of ${known}.`,
  );
}

function extensionsOf(view: Subject): readonly string[] {
  return exportForms
    .filter(({ subject }) => subject === view)
    .flatMap(({ encoding }) => encodingInfo[encoding].extensions);
}

/** The command's flag for a parameter: its kind says how it is read. */
function optionOf(name: string, p: Param): Option {
  const doc = `${p.doc.charAt(0).toLowerCase()}${p.doc.slice(1).replace(/\.$/, '')}`;
  if (p.kind === 'flag') return new Option(`--${name}`, doc).default(p.default);
  if (p.kind === 'choice')
    return new Option(`--${name} <${name}>`, doc)
      .choices(p.options.map(({ value }) => value))
      .default(p.default);
  return new Option(`--${name} <n>`, doc).default(p.default).argParser((text) => {
    const value = readParam(name, p, text.trim() === '' ? text : Number(text));
    if (typeof value === 'object' && isIssue(value)) throw new InvalidArgumentError(said(value.told.message));
    return value;
  });
}
