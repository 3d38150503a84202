import { baselineLayer, readLayers } from '../../shared/formats/config/layers.ts';
import { configName, MAX_CONFIG_FILES } from '../../shared/formats/config-file.ts';
import type { Baseline } from '../../shared/graph/design.ts';
import { baselineOf } from '../../shared/graph/edits.ts';
import type { FoundConfig } from '../../shared/host/contract.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { t } from '../i18n/i18n.ts';
import { said } from '../i18n/said.ts';
import type { App } from '../state/app.ts';
import type { ConfigInUse } from '../state/config.ts';
import { saidBy } from '../state/faults.ts';
import { fromHost } from './file-to-open.ts';
import { designOfFile } from './files.ts';

interface Whose {
  readonly grant: string;
  readonly ticket: string;
}

/** The document's file, as the host knows it; undefined where it has none. */
function whoseConfig(app: App): Whose | undefined {
  const { screen, file, weightsFile, weightsFrom } = app.getState();
  if (screen !== 'editor') return undefined;
  if (file) return { grant: file.grant, ticket: '' };
  // A model is its own weights' file.
  return weightsFile && weightsFrom === undefined ? { grant: '', ticket: weightsFile.ticket } : undefined;
}

const lastRead = new WeakMap<App, string>();

/** Reads what holds beside the document again; what is unchanged stays as it is. */
export async function readConfigBeside(app: App): Promise<void> {
  const { opened } = app.getState();
  const whose = whoseConfig(app);
  const found = whose && (await app.host.findConfig(whose).catch((error: unknown) => unreadable(error)));
  const isCurrent = (): boolean => app.getState().opened === opened;
  const text = JSON.stringify([opened, found ?? null]);
  if (!isCurrent() || lastRead.get(app) === text) return;
  lastRead.set(app, text);
  const config = whose && found ? await inUse(app, whose, found) : undefined;
  if (isCurrent() && lastRead.get(app) === text) app.getState().useConfig(config);
}

const unreadable = (error: unknown): FoundConfig => ({
  files: [],
  path: '',
  failure: { file: configName, trouble: 'unreadable', what: saidBy(error) },
});

/** Why a configuration could not be had. */
function troubleText({ file, trouble, what }: NonNullable<FoundConfig['failure']>): string {
  switch (trouble) {
    case 'ring':
      return t('{{file}} builds on itself, by way of {{what}}.', { file, what });
    case 'too-many':
      return t('{{file}} builds on more than {{most}} configurations in all.', {
        file,
        most: MAX_CONFIG_FILES,
      });
    case 'no-package':
      return t(
        '{{file}} extends “{{what}}”, and there is no such package here. Install it, or write a file as “./{{what}}”.',
        { file, what },
      );
    case 'no-file':
      return t('{{file}} is no file.', { file });
    case 'too-large':
      return t('{{file}} is larger than a configuration may be.', { file });
    case 'not-text':
      return t('{{file}} is not UTF-8 text.', { file });
    case 'unreadable':
      return t('{{file}} cannot be read: {{what}}', { file, what });
  }
}

async function inUse(app: App, whose: Whose, { files, path, failure }: FoundConfig): Promise<ConfigInUse> {
  const file = files.at(-1)?.file ?? '';
  const none: ConfigInUse = { file, layers: [], baseline: undefined, targets: [], troubles: [] };
  if (failure) return { ...none, troubles: [troubleText(failure)] };
  const read = readLayers(files);
  if (!read.ok) {
    const { trouble } = read;
    const troubles = trouble.problems.map(
      ({ where, told }) =>
        `${trouble.file}${where.line === undefined ? '' : `:${where.line}`} ${said(told.message)} ${said(told.hint)}`,
    );
    return { ...none, troubles };
  }
  const layers = read.value.layers.filter(({ fits }) => fits(path));
  const { targets } = read.value;
  const layer = baselineLayer(layers);
  const location = layer?.part.baseline;
  if (layer === undefined || location === undefined) return { ...none, layers, targets };
  const baseline = await baselineAt(app, { ...whose, file: layer.file, location });
  const troubles = baseline
    ? []
    : [t('The baseline {{location}} of {{file}} cannot be read here.', { location, file: layer.file })];
  return { ...none, layers, targets, baseline, troubles };
}

async function baselineAt(
  app: App,
  request: Whose & { readonly file: string; readonly location: string },
): Promise<Baseline | undefined> {
  const { location } = request;
  if (location.startsWith('zoo:')) {
    const entry = zooEntry(location.slice('zoo:'.length));
    return entry && baselineOf(entry.build());
  }
  const file = await app.host.configBaseline(request).catch(() => null);
  const read = file && (await designOfFile(app, fromHost(app, file)));
  return read?.ok ? baselineOf(read.value) : undefined;
}

/** Looks for a configuration whenever another document is shown, or it gets another file. */
export function followConfig(app: App): void {
  let told = '';
  app.subscribe(({ opened }) => {
    const now = JSON.stringify([opened, whoseConfig(app)]);
    if (now === told) return;
    told = now;
    void readConfigBeside(app);
  });
}
