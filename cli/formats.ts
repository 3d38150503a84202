import { analyze } from '../shared/analysis/analyze.ts';
import { flatten } from '../shared/analysis/flatten.ts';
import { exportWeights } from '../shared/formats/checkpoints/export.ts';
import { encodingInfo, exportForms } from '../shared/formats/exports/forms.ts';
import { exportParams } from '../shared/formats/exports/options.ts';
import { renderExport } from '../shared/formats/exports/render.ts';
import { exportKeras } from '../shared/formats/keras/export.ts';
import { type ModelFormat, modelFormats, type WrittenFormatId } from '../shared/formats/models.ts';
import { exportOnnx } from '../shared/formats/onnx/export.ts';
import { exportPyTorch } from '../shared/formats/pytorch/export.ts';
import { writeSpec } from '../shared/formats/spec/write.ts';
import { loadWeights } from '../shared/formats/weights/store.ts';
import { seededWeights } from '../shared/runtime/weights.ts';
import { defaultsOf } from '../shared/schema/params.ts';
import { nodeExportTools } from './export-tools.ts';
import { CommandFailure, failWith } from './failure.ts';
import { tell } from './i18n/language.ts';
import type { OpenedModel } from './open-design.ts';

/** A kind of file that designs can be written as. */
export interface WritableFormat {
  /** How the file's name ends; the longest that fits counts. */
  readonly extension: string;
  readonly title: string;
  write(model: OpenedModel, options: WriteOptions): string | Uint8Array | Promise<string | Uint8Array>;
}

export interface WriteOptions {
  /** As the command line has it, for messages. */
  readonly file: string;
  /** For weights where the model brings none. */
  readonly seed: number;
}

/** Cost tables, as the app exports them. */
const tables: readonly WritableFormat[] = exportForms
  .filter(({ subject }) => subject === 'table')
  .map((form) => ({
    extension: encodingInfo[form.encoding].extensions[0],
    title: `cost table: ${encodingInfo[form.encoding].title}`,
    async write({ design }, { file }) {
      const source = { design, analysis: analyze(design) };
      const content = await renderExport(form, source, defaultsOf(exportParams), nodeExportTools);
      if (!content.ok) throw failWith(file, content.problems);
      return content.value;
    },
  }));

const writers: Readonly<Record<WrittenFormatId, WritableFormat['write']>> = {
  spec: ({ design }) => writeSpec(design),
  onnx: writeOnnx,
  pytorch: writePyTorch,
  keras: writeKeras,
  safetensors: writeWeights,
};

const models = (Object.keys(writers) as WrittenFormatId[]).map((id): WritableFormat => {
  const { title, endings, needsWeights }: ModelFormat = modelFormats[id];
  const weights = needsWeights ? '; the weights are those of the model or seeded ones' : '';
  return { extension: endings.at(-1)!, title: `${title}${weights}`, write: writers[id] };
});

/** Every format that `convert` writes. */
export const writableFormats: readonly WritableFormat[] = [...models, ...tables];

/** The format that a file's name asks for, out of those at hand. */
export function formatFor<F extends { readonly extension: string }>(file: string, formats: readonly F[]): F {
  const fitting = formats
    .filter(({ extension }) => file.toLowerCase().endsWith(extension))
    .sort((a, b) => b.extension.length - a.extension.length);
  const [found] = fitting;
  if (found !== undefined) return found;
  throw new CommandFailure(
    tell`${file}: its name says no format that can be written. Use one of ${formats.map(({ extension }) => extension).join(' ')}.`,
  );
}

/** The network and its weights: those of the model, or seeded ones. */
async function networkOf({ design, weights }: OpenedModel, { file, seed }: WriteOptions) {
  const network = flatten(analyze(design));
  if (!network.ok) throw failWith(file, network.problems);
  const loaded = weights === undefined ? seededWeights(network.value, seed) : await loadWeights(weights);
  return { network: network.value, loaded };
}

async function writeOnnx(model: OpenedModel, options: WriteOptions): Promise<Uint8Array> {
  const { loaded } = await networkOf(model, options);
  const bytes = exportOnnx(model.design, loaded);
  if (!bytes.ok) throw failWith(options.file, bytes.problems);
  return bytes.value;
}

async function writeWeights(model: OpenedModel, options: WriteOptions): Promise<Uint8Array> {
  const { network, loaded } = await networkOf(model, options);
  return exportWeights(model.design, network, loaded);
}

function writePyTorch({ design }: OpenedModel, { file }: WriteOptions): string {
  const module = exportPyTorch(design);
  if (!module.ok) throw failWith(file, module.problems);
  return module.value.code;
}

function writeKeras({ design }: OpenedModel, { file }: WriteOptions): string {
  const module = exportKeras(design);
  if (!module.ok) throw failWith(file, module.problems);
  return module.value.code;
}
