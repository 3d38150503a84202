import { formatDims, formatSample } from '../../shared/base/dims.ts';
import { numbersOf, symbolsOf, type Term } from '../../shared/base/term.ts';
import type { AnyBlockFace, Block } from '../../shared/blocks/define.ts';
import { definitionOf, isNodeKind } from '../../shared/blocks/index.ts';
import type { Layer, LayerExample, Port } from '../../shared/layers/define.ts';
import { writeParam, writeParams } from '../../shared/schema/codec.ts';
import { defaultsOf, type Params, type ParamValues } from '../../shared/schema/params.ts';
import { analyzeAlone } from './example-design.ts';
import { grouped, paramTable, sections, table } from './markdown.ts';

export type NodeDefinition = Layer<Params, ParamValues> | Block<Params, ParamValues> | AnyBlockFace;

/** The reference page of a layer or block. */
export function nodePage(node: NodeDefinition): string {
  return sections(
    `# ${node.title}`,
    `<img src="../../assets/icons/layers/${node.icon}.svg" width="32" height="32" alt="">`,
    node.summary,
    `\`\`\`text\n${node.formula}\n\`\`\``,
    node.doc,
    `In a spec: \`"kind": "${node.kind}"\`.`,
    '## Parameters',
    paramTable(node.params) ?? 'None.',
    '## Ports',
    ports(node),
    'expand' in node ? insideOf(node) : undefined,
    node.examples.length > 0 ? '## Examples' : undefined,
    ...node.examples.map((example) => exampleOf(node, example)),
    footer,
  );
}

export function nodeIndex(title: string, intro: string, nodes: readonly NodeDefinition[]): string {
  return sections(
    `# ${title}`,
    intro,
    table(
      ['', 'Name', 'In a spec', 'What it does'],
      nodes.map((node) => [
        `<img src="../../assets/icons/layers/${node.icon}.svg" width="20" height="20" alt="">`,
        `[${node.title}](${node.kind}.md)`,
        `\`${node.kind}\``,
        node.summary,
      ]),
    ),
    footer,
  );
}

export const footer = '<!-- Written by npm run docs from the definitions in shared/. -->';

function ports(node: NodeDefinition): string {
  const row = (direction: string, { name, doc, atLeast }: Port) => [
    direction,
    atLeast === undefined ? `\`${name}\`` : `\`${name}0\`, \`${name}1\`, … (${atLeast} or more)`,
    doc,
  ];
  const rows = [
    ...node.inputs.map((port) => row('in', port)),
    ...node.outputs(defaultsOf(node.params)).map((port) => row('out', port)),
  ];
  return table(['', 'Port', 'Carries'], rows);
}

function insideOf(block: Block<Params, ParamValues>): string {
  const { nodes, outputs } = block.expand(defaultsOf(block.params));
  return sections(
    '## Inside',
    'With its default parameters:',
    table(
      ['Node', 'Kind', 'Parameters', 'Fed by'],
      nodes.map(({ id, kind, params, from }) => [
        `\`${id}\``,
        `\`${kind}\``,
        paramsText(kind, params),
        from
          .map((source) => (source.startsWith('@') ? `the block's \`${source.slice(1)}\`` : `\`${source}\``))
          .join(', '),
      ]),
    ),
    `It returns ${Object.values(outputs)
      .map((source) => `\`${source}\``)
      .join(' and ')}.`,
  ).trimEnd();
}

/** Parameters as they stand in a spec: `channels 64, kernel 11`. */
function paramsText(kind: string, params: ParamValues): string {
  if (!isNodeKind(kind)) throw new Error(`${kind} is not in the catalogue.`);
  const known: Params = definitionOf(kind).params;
  return Object.entries(params)
    .map(([name, value]) => `${name} ${JSON.stringify(writeParam(known[name]!, value))}`)
    .join(', ');
}

function exampleOf(node: NodeDefinition, example: LayerExample<ParamValues>): string {
  const params: Record<string, ParamValues[string]> = { ...defaultsOf(node.params) };
  for (const [name, value] of Object.entries(example.params)) if (value !== undefined) params[name] = value;
  if (!isNodeKind(node.kind)) throw new Error(`${node.kind} is not in the catalogue.`);
  const facts = analyzeAlone(node.kind, params, example.inputs);
  const short = writeParams(node.params, params);
  const rows = [
    ['Parameters', Object.keys(short).length === 0 ? 'defaults' : `\`${JSON.stringify(short)}\``],
    ['Input', example.inputs.map(shapeText).join(', ') || '–'],
    ['Output', example.outputs.map(shapeText).join(', ') || '–'],
    ['Multiply-adds', termText(facts.cost?.macs)],
    ['Other operations', termText(facts.cost?.otherOps)],
    ['Weights', termText(facts.cost?.params)],
    ...(facts.cost && facts.cost.statistics.value > 0
      ? [['Statistics', termText(facts.cost.statistics)]]
      : []),
  ];
  return sections(`### ${example.title}`, table(['', ''], rows), `Source: ${example.source}.`).trimEnd();
}

/** Maps and vectors as papers write them, without the batch; anything else with every axis. */
function shapeText(dims: readonly number[]): string {
  return dims[0] === 1 && dims.length > 1 ? formatSample(dims) : formatDims(dims);
}

/** `C_out·H′·W′ = 64·56·56 = 200,704`; a term that is only a number stands alone. */
function termText(term: Term | undefined): string {
  if (!term) return 'unknown';
  const value = grouped(term.value);
  const [symbols, numbers] = [symbolsOf(term), numbersOf(term)];
  if (term.value === 0 || symbols === String(term.value) || symbols.length > 200) return value;
  return numbers === String(term.value) ? `${symbols} = ${value}` : `${symbols} = ${numbers} = ${value}`;
}
