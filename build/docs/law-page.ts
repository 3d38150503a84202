import { analyze } from '../../shared/analysis/analyze.ts';
import type { Law, LawKnob } from '../../shared/steer/laws.ts';
import { grouped, sections, table } from './markdown.ts';
import { footer } from './node-page.ts';

/** The reference page of a published family's law: its arithmetic, its source, and what may be turned. */
export function lawPage(law: Law): string {
  const { id, title, formula, arithmetic, source, knobs } = law;
  const { params, macs } = analyze(law.build(knobs.map(({ base }) => base))).totals;
  const free = knobs.find(({ isFree }) => isFree) ?? knobs[0]!;
  return sections(
    `# ${title}`,
    `\`law:${id}\`: ${formula}.`,
    `Source: ${source}.`,
    '## Worked by hand',
    arithmetic,
    '## Knobs',
    table(
      ['Knob', 'Is', 'Stands at', 'Range', 'Usual values'],
      knobs.map((knob) => [
        `\`${knob.name}\`${knob.isFree ? '' : ' (fixed unless asked for)'}`,
        knob.doc,
        grouped(knob.base),
        rangeOf(knob),
        knob.usual.map(grouped).join(', '),
      ]),
    ),
    `Where it stands, a member has ${grouped(params)} parameters and takes ${grouped(macs)} multiply-adds.`,
    '## Use',
    `\`\`\`console\n$ netwright fit law:${id} --macs +20% --vary ${free.name} --wish largest:params\n$ netwright sweep law:${id} --vary ${free.name}\n\`\`\``,
    footer,
  );
}

const rangeOf = ({ min, max, isWhole }: LawKnob): string =>
  `${isWhole ? 'whole number' : 'number'}, ${grouped(min)} to ${grouped(max)}`;

export function lawIndex(all: readonly Law[]): string {
  return sections(
    '# Laws of families',
    'What published families make their members by. [Steering](../steering.md) turns them: `netwright fit law:NAME`, `netwright sweep law:NAME`, and the Fitting panel.',
    table(
      ['Law', 'Family', 'Arithmetic', 'Source'],
      all.map(({ id, title, formula, source }) => [`[\`${id}\`](${id}.md)`, title, formula, source]),
    ),
    footer,
  );
}
