import { zoo } from '../../../shared/zoo/index.ts';
import type { FinderGroup } from '../../commands/feature.ts';
import { openZoo } from '../../documents/files.ts';
import { named, t } from '../../i18n/i18n.ts';
import type { App } from '../../state/app.ts';
import { openSample, samples } from './samples.ts';

const noIcon = <span className="menu-icon" />;

export function networkGroup(app: App): FinderGroup {
  const entries = zoo.map(({ id, title, year }) => ({
    id: `zoo ${id}`,
    names: [title, named(title)],
    title: named(title),
    icon: noIcon,
    note: <span className="muted">{year}</span>,
    perform: () => void openZoo(app, id),
  }));
  return { heading: t('Networks'), entries };
}

export function sampleGroup(app: App): FinderGroup {
  const entries = samples.map((sample) => ({
    id: `sample ${sample.path}`,
    names: [sample.design.name, named(sample.design.name)],
    title: named(sample.design.name),
    icon: noIcon,
    note: null,
    perform: () => void openSample(app, sample),
  }));
  return { heading: t('Samples'), entries };
}
