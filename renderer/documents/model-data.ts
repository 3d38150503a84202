import { fail, messages, type Result, succeed } from '../../shared/base/problem.ts';
import { type ExternalFile, externalFilesOf } from '../../shared/formats/onnx/external.ts';
import type { ByteSource } from '../../shared/formats/weights/source.ts';
import { t } from '../i18n/i18n.ts';
import type { App } from '../state/app.ts';
import { pickFile } from '../state/pick-file.ts';
import type { ModelData } from '../workers/read-model.ts';
import { type FileToOpen, fromHost } from './file-to-open.ts';

export const say = messages('renderer/documents/model-data', {
  'external-data-too-short': [
    '"{{location}}" has {{size}} bytes, but the model reads {{leastBytes}} of it.',
    'The file is damaged or of another model; get both anew.',
  ],
});

/**
 * The files beside a model that its weights lie in: those that are at hand, and for others the user is asked. Undefined
 * when they cancel.
 */
export async function gatherData(app: App, file: FileToOpen): Promise<Result<ModelData> | undefined> {
  const needed = await externalFilesOf(file.source);
  return needed.ok ? gatherBeside(app, file, needed.value) : needed;
}

/** The same where it is known which they are. */
export async function gatherBeside(
  app: App,
  file: FileToOpen,
  needed: readonly ExternalFile[],
): Promise<Result<ModelData> | undefined> {
  const data = new Map<string, ByteSource | undefined>();
  for (const each of needed) {
    const found = (await file.beside(each.location)) ?? (await askFor(app, file.name, each));
    if (found === 'cancelled') return undefined;
    if (found === 'without') data.set(each.location, undefined);
    else if (found.size < each.leastBytes) return fail(tooShort(each, found));
    else data.set(each.location, found);
  }
  return succeed(data);
}

async function askFor(
  app: App,
  name: string,
  { location }: ExternalFile,
): Promise<ByteSource | 'without' | 'cancelled'> {
  for (;;) {
    const choice = await app.ask({
      title: t('{{name}} has its weights in another file', { name }),
      text: [
        t(
          '{{location}} is not at hand. Choose it, or open the design without weights: shapes and costs are all there, and it runs with seeded ones.',
          { location },
        ),
        ...(app.host.kind === 'browser'
          ? [
              t(
                'A page sees no folder. Picked or dropped together, the two files are opened without asking, from Recent files too when they were picked.',
              ),
            ]
          : []),
      ].join(' '),
      choices: [
        { id: 'without', title: t('Open without weights') },
        { id: 'choose', title: t('Choose the file …'), primary: true },
      ],
    });
    if (choice === undefined) return 'cancelled';
    if (choice === 'without') return 'without';
    const picked = await pickFile(app, 'modelData');
    if (picked) return fromHost(app, picked).source;
  }
}

function tooShort({ location, leastBytes }: ExternalFile, { size }: ByteSource) {
  return say.at({ path: location }, 'external-data-too-short', { location, size, leastBytes });
}
