import type { Command } from 'commander';
import { analyze } from '../../shared/analysis/analyze.ts';
import { formatDims } from '../../shared/base/dims.ts';
import { definitionOf } from '../../shared/blocks/index.ts';
import { MAX_SPEC_BYTES } from '../../shared/formats/spec/format.ts';
import { isObject } from '../../shared/formats/spec/reading.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { grouped } from '../../shared/formats/tables/present.ts';
import type { Design } from '../../shared/graph/design.ts';
import { type Json, writeParams } from '../../shared/schema/codec.ts';
import { CommandFailure } from '../failure.ts';
import { readBytes } from '../files.ts';
import { openDesign } from '../open-design.ts';
import type { Terminal } from '../terminal.ts';

export function addTextconv(program: Command, terminal: Terminal): void {
  program
    .command('textconv')
    .description('a design as lines that a diff can be read of, for git')
    .argument('<file>', 'a spec or a model; what is neither is printed as it is')
    .addHelpText(
      'after',
      "\nTo set it up: git config diff.netwright.textconv 'netwright textconv', and in .gitattributes: *.netwright.json diff=netwright\n\nExamples:\n  $ netwright textconv design.json",
    )
    .action(async (file: string) => {
      try {
        terminal.out(await linesOf(file));
      } catch (error) {
        if (!(error instanceof CommandFailure)) throw error;
        // A diff of what cannot be read is still wanted.
        terminal.out(await readBytes(file, MAX_SPEC_BYTES));
      }
    });
}

async function linesOf(file: string): Promise<string> {
  const design = await openDesign(file);
  const { facts, totals, topology } = analyze(design);
  const nodes = [...facts.values()].map(({ id, node, outputs, cost }) => {
    const sources = (topology.into.get(id) ?? []).map(
      ({ from, to }) => `${to.port}←${from.node}${from.port === 'out' ? '' : `:${from.port}`}`,
    );
    const params = Object.entries(writeParams(definitionOf(node.kind).params, node.params)).map(
      ([name, value]) => `  ${name} = ${JSON.stringify(value)}`,
    );
    const output = Object.values(outputs ?? {})[0];
    return [
      `${id}: ${node.kind}${node.bypass === true ? ' (bypassed)' : ''} ${sources.join(' ')}`.trimEnd(),
      ...params,
      ...(node.suppress ?? []).map(({ rule, reason }) => `  silences ${rule}: ${JSON.stringify(reason)}`),
      `  → ${output === undefined ? '?' : formatDims(output)}, ${cost === undefined ? '?' : `${grouped(cost.params.value)} parameters, ${grouped(cost.macs.value)} multiply-adds`}`,
    ].join('\n');
  });
  const head = `${design.name}: ${grouped(totals.params)} parameters, ${grouped(totals.macs)} multiply-adds, ${grouped(totals.peakBytes)} bytes at the peak`;
  return `${[head, ...nodes, ...restOf(design)].join('\n')}\n`;
}

/** What a spec says besides its nodes: blocks of one's own, budget, rules, notes. Places are no change to read. */
function restOf(design: Design): readonly string[] {
  const {
    $schema: _,
    netwright: __,
    name: ___,
    nodes: ____,
    ...rest
  } = JSON.parse(writeSpec(design)) as Record<string, Json>;
  return [...linesUnder('', rest)];
}

const places = new Set(['layout', 'canvas']);

/** A line for each value: `budget.macs = "4.1G"`; things that have an id go by it. */
function* linesUnder(path: string, value: Json): Iterable<string> {
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (Array.isArray(value) && value.some(hasId)) {
    for (const [i, each] of value.entries())
      yield* linesUnder(under(hasId(each) ? each.id : String(i)), each);
  } else if (isObject(value)) {
    for (const [key, each] of Object.entries(value))
      if (!places.has(key)) yield* linesUnder(under(key), each);
  } else yield `${path} = ${JSON.stringify(value)}`;
}

function hasId(value: Json): value is { readonly id: string } {
  return isObject(value) && typeof value.id === 'string';
}
