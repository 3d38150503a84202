import { flatten } from '../../../shared/analysis/flatten.ts';
import { type Result, succeed } from '../../../shared/base/problem.ts';
import { modelFormats, type WrittenFormatId } from '../../../shared/formats/models.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { exportFile } from '../../documents/files.ts';
import { stemOf } from '../../documents/saving.ts';
import { t } from '../../i18n/i18n.ts';
import { saidInFull } from '../../i18n/said.ts';
import type { App } from '../../state/app.ts';
import { documentOf } from '../../state/app-state.ts';
import { storeFor } from '../../state/run/run-weights.ts';

/** A form in which other programs take the network. */
export interface ModelForm {
  readonly id: string;
  /** English; the key of its translation. */
  readonly title: string;
  readonly ending: string;
  write(app: App, design: Design): Promise<Result<string | Uint8Array>>;
}

/** How each form of models is written, and its command. */
const writers: Readonly<Record<WrittenFormatId, Omit<ModelForm, 'ending'>>> = {
  onnx: {
    id: 'exportModel',
    title: 'Export as ONNX …',
    async write(app, design) {
      const [{ exportOnnx }, weighted] = await Promise.all([
        import('../../../shared/formats/onnx/export.ts'),
        currentWeights(app),
      ]);
      return weighted.ok ? exportOnnx(design, weighted.value.store) : weighted;
    },
  },
  pytorch: {
    id: 'exportPyTorch',
    title: 'Export as PyTorch code …',
    write: codeBy(async () => (await import('../../../shared/formats/pytorch/export.ts')).exportPyTorch),
  },
  keras: {
    id: 'exportKeras',
    title: 'Export as Keras code …',
    write: codeBy(async () => (await import('../../../shared/formats/keras/export.ts')).exportKeras),
  },
  safetensors: {
    id: 'exportWeights',
    title: 'Export weights as safetensors …',
    async write(app, design) {
      const [{ exportWeights }, weighted] = await Promise.all([
        import('../../../shared/formats/checkpoints/export.ts'),
        currentWeights(app),
      ]);
      if (!weighted.ok) return weighted;
      return succeed(exportWeights(design, weighted.value.network, weighted.value.store));
    },
  },
  spec: {
    id: 'exportSpec',
    title: 'Export a copy as JSON …',
    write: async (_, design) => succeed(writeSpec(design)),
  },
};

export const modelForms: readonly ModelForm[] = (Object.keys(writers) as WrittenFormatId[]).map((id) => ({
  ...writers[id],
  ending: modelFormats[id].endings[0],
}));

/** Writes code; what writes it is loaded when it is first needed. */
function codeBy(
  load: () => Promise<(design: Design) => Result<{ readonly code: string }>>,
): ModelForm['write'] {
  return async (_, design) => {
    const written = (await load())(design);
    return written.ok ? succeed(written.value.code) : written;
  };
}

/** Those that are loaded, seeded ones where none are. */
async function currentWeights(app: App) {
  const { whole, weights } = app.getState();
  const network = flatten(whole.analysis);
  if (!network.ok) return network;
  const store = await storeFor(network.value, weights ?? {}, { seed: 0 });
  return succeed({ network: network.value, store });
}

/** Asks where to save the open design in this form; why it cannot be is told. */
export async function writeModel(app: App, { ending, write }: ModelForm): Promise<void> {
  const design = documentOf(app.getState());
  const content = await write(app, design);
  if (!content.ok) {
    const lines = content.problems.map(saidInFull);
    app.getState().notify({ kind: 'error', title: t('This cannot be exported'), lines });
    return;
  }
  const bytes = typeof content.value === 'string' ? new TextEncoder().encode(content.value) : content.value;
  await exportFile(app, `${stemOf(design)}${ending}`, bytes);
}
