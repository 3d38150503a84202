import { fail, messages, type Result, succeed } from '../../base/problem.ts';

export const say = messages('formats/measurements/read', {
  'too-large': ['A file of measured times has at most {{most}} MiB.', 'Measure fewer runs.'],
  'no-form': [
    'These are no measured times that are known here.',
    'Known are: a profile of onnxruntime (JSON), of trtexec --exportProfile (JSON), of TFLite’s benchmark_model (CSV), node data of Model Explorer (JSON), and a table with a name and milliseconds in each row (CSV).',
  ],
  'no-rows': ['There is no time of any layer in it.', 'Let the tool measure by layer: {{how}}.'],
  'too-many': ['It has more than {{most}} layers.', 'Measure one network.'],
});

/** Tools whose measurements are read, by how each is asked for times by layer. */
export const measuringTools = {
  onnxruntime: { title: 'onnxruntime', how: 'SessionOptions.enable_profiling' },
  tensorrt: { title: 'TensorRT', how: 'trtexec --exportProfile=FILE' },
  tflite: {
    title: 'TFLite',
    how: 'benchmark_model --enable_op_profiling=true --profiling_output_csv_file=FILE',
  },
  modelExplorer: { title: 'Model Explorer', how: 'node data whose values are milliseconds' },
  table: { title: 'table', how: 'a row with a name and milliseconds for each layer' },
} as const;

export type MeasuringTool = keyof typeof measuringTools;

/** One line of a measurement: what a tool ran in one go. */
export interface MeasuredRow {
  /** As the tool calls it. */
  readonly name: string;
  /** What it says that it is: `Conv`; empty where it does not say. */
  readonly type: string;
  /** Of one run: the mean where there were several. */
  readonly milliseconds: number;
}

export interface Measurement {
  readonly tool: MeasuringTool;
  readonly rows: readonly MeasuredRow[];
}

const MIB = 2 ** 20;
const MAX_BYTES = 64 * MIB;
const MAX_ROWS = 100_000;

/** Values of all its rows: in memory each takes many times what it takes in the text. */
const MAX_PARTS = 4_000_000;

/** How many values a text has at most. */
function partsOf(text: string): number {
  let parts = 0;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (letter === COMMA || letter === SQUARE || letter === CURLY) parts++;
  }
  return parts;
}
const [COMMA, SQUARE, CURLY] = [0x2c, 0x5b, 0x7b];

/** What is wrong is wrong of the whole file. */
const START = { line: 1, column: 1 };

/** Reads what a tool measured, whichever it was; `text` is a whole file. */
export function readMeasurement(text: string): Result<Measurement> {
  if (text.length > MAX_BYTES) return fail(say.at(START, 'too-large', { most: MAX_BYTES / MIB }));
  if (partsOf(text) > MAX_PARTS) return fail(say.at(START, 'too-many', { most: MAX_ROWS }));
  const trimmed = text.trimStart();
  const found = trimmed.startsWith('[') || trimmed.startsWith('{') ? fromJson(trimmed) : fromLines(text);
  if (!found) return fail(say.at(START, 'no-form'));
  const rows = found.rows.filter(({ milliseconds }) => Number.isFinite(milliseconds) && milliseconds >= 0);
  if (rows.length === 0) return fail(say.at(START, 'no-rows', { how: measuringTools[found.tool].how }));
  if (rows.length > MAX_ROWS) return fail(say.at(START, 'too-many', { most: MAX_ROWS }));
  return succeed({ tool: found.tool, rows });
}

function fromJson(text: string): Measurement | undefined {
  let json: unknown;
  try {
    // Nothing here goes down by itself: what is nested is looked at two levels deep.
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (Array.isArray(json)) return fromTrace(json) ?? fromTensorRt(json);
  if (!isRecord(json)) return undefined;
  return Array.isArray(json.traceEvents) ? fromTrace(json.traceEvents) : fromNodeData(json);
}

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What onnxruntime adds to a node's name where it measures its kernel, and where it works in blocks of channels. */
const KERNEL = '_kernel_time';
const BLOCKED = /_nchwc$/;

/** Events of a trace whose category is Node, a kernel's microseconds each; several runs become their mean. */
function fromTrace(events: readonly unknown[]): Measurement | undefined {
  const sums = new Map<string, { type: string; microseconds: number; times: number }>();
  let isTrace = false;
  for (const event of events) {
    if (!isRecord(event) || typeof event.dur !== 'number' || typeof event.ph !== 'string') continue;
    isTrace = true;
    const name = textOf(event.name);
    if (event.cat !== 'Node' || !name.endsWith(KERNEL)) continue;
    const node = name.slice(0, -KERNEL.length).replace(BLOCKED, '');
    const known = sums.get(node) ?? { type: '', microseconds: 0, times: 0 };
    const type = isRecord(event.args) ? textOf(event.args.op_name) : '';
    sums.set(node, {
      type: type || known.type,
      microseconds: known.microseconds + event.dur,
      times: known.times + 1,
    });
  }
  if (!isTrace) return undefined;
  // Two nodes may have one name, such as those that reorder: what ran the least often ran once in each run.
  const runs = [...sums.values()].reduce((least, { times }) => Math.min(least, times), Infinity);
  const rows = [...sums].map(([name, { type, microseconds }]) => ({
    name,
    type,
    milliseconds: microseconds / 1000 / runs,
  }));
  return { tool: 'onnxruntime', rows };
}

/** `[{ "count": 490 }, { "name": "conv1 + relu1", "timeMs": …, "averageMs": 0.44, "percentage": … }, …]` */
function fromTensorRt(list: readonly unknown[]): Measurement | undefined {
  const rows = list.flatMap((entry): readonly MeasuredRow[] => {
    if (!isRecord(entry) || typeof entry.name !== 'string' || typeof entry.averageMs !== 'number') return [];
    return [{ name: entry.name, type: '', milliseconds: entry.averageMs }];
  });
  const isOne = list.some((entry) => isRecord(entry) && ('averageMs' in entry || 'count' in entry));
  return isOne ? { tool: 'tensorrt', rows } : undefined;
}

/** Of one graph, `{ "results": { "NAME": { "value": 0.44 } } }`, or of several by name. */
function fromNodeData(json: Readonly<Record<string, unknown>>): Measurement | undefined {
  const graphs = isRecord(json.results) ? [json] : Object.values(json).filter(isRecord);
  const rows = graphs.flatMap(({ results }) =>
    isRecord(results)
      ? Object.entries(results).flatMap(([name, result]): readonly MeasuredRow[] => {
          const value = isRecord(result) ? result.value : result;
          return typeof value === 'number' ? [{ name, type: '', milliseconds: value }] : [];
        })
      : [],
  );
  return graphs.some(({ results }) => isRecord(results)) ? { tool: 'modelExplorer', rows } : undefined;
}

/** Columns that hold milliseconds, the surest first, and those that hold names. */
const timeColumns = ['avg_ms', 'averagems', 'milliseconds', 'ms', 'time_ms', 'timems', 'avg ms', 'time (ms)'];
const nameColumns = ['name', 'layer', 'node', 'layers'];

/**
 * A table with a head. TFLite's has several one after another, of which the first in the order of the run counts: the
 * others hold the same again.
 */
function fromLines(text: string): Measurement | undefined {
  const lines = text.split(/\r?\n/);
  let head: { name: number; time: number; type: number; isTflite: boolean } | undefined;
  const rows: MeasuredRow[] = [];
  for (const line of lines) {
    if (head && (line.trim() === '' || line.startsWith('='))) {
      if (rows.length > 0) break;
      continue;
    }
    const cells = cellsOf(line);
    if (!head) {
      const titles = cells.map((cell) => cell.toLowerCase());
      const time = timeColumns.map((title) => titles.indexOf(title)).find((at) => at >= 0) ?? -1;
      const name = nameColumns.map((title) => titles.indexOf(title)).find((at) => at >= 0) ?? -1;
      if (time < 0 || name < 0) continue;
      const type = titles.findIndex((title) => title === 'node type' || title === 'type');
      head = { name, time, type, isTflite: titles.includes('node type') };
      continue;
    }
    const milliseconds = Number(cells[head.time] ?? '');
    const name = cells[head.name] ?? '';
    if (name === '' || cells[head.time] === '' || !Number.isFinite(milliseconds)) continue;
    rows.push({ name, type: cells[head.type] ?? '', milliseconds });
    if (rows.length > MAX_ROWS) break;
  }
  return head && { tool: head.isTflite ? 'tflite' : 'table', rows };
}

/** Cells between commas, quoted or not; quotes within are doubled. */
function cellsOf(line: string): readonly string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= line.length) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (line[at] === '"') {
      let cell = '';
      for (at++; at < line.length; at++) {
        if (line[at] !== '"') cell += line[at];
        else if (line[at + 1] === '"') cell += line[++at];
        else break;
      }
      cells.push(cell);
      const next = line.indexOf(',', at);
      at = next < 0 ? line.length + 1 : next + 1;
      continue;
    }
    const next = line.indexOf(',', at);
    cells.push(line.slice(at, next < 0 ? undefined : next).trim());
    at = next < 0 ? line.length + 1 : next + 1;
  }
  return cells;
}
