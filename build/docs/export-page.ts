import { analyze } from '../../shared/analysis/analyze.ts';
import { flatten } from '../../shared/analysis/flatten.ts';
import { unreachable } from '../../shared/base/unreachable.ts';
import {
  type Encoding,
  encodingInfo,
  encodings,
  exportForms,
  exportTitle,
  optionsOf,
  subjectInfo,
  subjects,
} from '../../shared/formats/exports/forms.ts';
import { type ExportOption, exportParams } from '../../shared/formats/exports/options.ts';
import { toDot } from '../../shared/formats/pictures/dot.ts';
import { toMermaid } from '../../shared/formats/pictures/mermaid.ts';
import { type Outline, outlineOf } from '../../shared/formats/pictures/outline.ts';
import { drawProfile } from '../../shared/formats/pictures/profile.ts';
import { profileEntries } from '../../shared/formats/pictures/profile-entries.ts';
import { collapseRepeats } from '../../shared/formats/pictures/repeats.ts';
import { toSvg } from '../../shared/formats/pictures/svg.ts';
import { drawVolumes } from '../../shared/formats/pictures/volume-picture.ts';
import { costTable } from '../../shared/formats/tables/cost-table.ts';
import { costsToCsv } from '../../shared/formats/tables/csv.ts';
import { toHtml, toLatex, toMarkdown } from '../../shared/formats/tables/markup.ts';
import { presentCosts } from '../../shared/formats/tables/present.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { sections, table } from './markdown.ts';
import { footer } from './node-page.ts';

const designOf = (id: string) => zooEntry(id)!.build();

function stagesOf(id: string): Outline {
  const design = designOf(id);
  return collapseRepeats(outlineOf(design, analyze(design)));
}

const lenetCosts = () => {
  const design = designOf('lenet');
  return costTable(design, analyze(design), { convention: 'mac' });
};

/** Pictures that the pages show, by their file's name. */
export function examplePictures(): ReadonlyMap<string, string> {
  const alexnet = designOf('alexnet');
  const analysis = analyze(alexnet);
  const network = flatten(analysis);
  if (!network.ok) throw new Error(network.problems[0]!.message);
  const entries = profileEntries(alexnet.name, analysis, network.value);
  return new Map([
    ['vgg16-volumes.svg', toSvg(drawVolumes(stagesOf('vgg16'), { theme: 'light', scale: 'linear' }))],
    ['alexnet-profile.svg', toSvg(drawProfile(entries, { theme: 'light', title: alexnet.name }))],
  ]);
}

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

const volumes = `![VGG-16: every map as a box to scale](vgg16-volumes.svg)`;
const profile = `![AlexNet: multiply-adds, parameters, activation memory and running peak along depth](alexnet-profile.svg)`;

/** What a form looks like. */
const examples: Readonly<Record<Encoding, () => readonly string[]>> = {
  svg: () => [
    'VGG-16, `netwright draw zoo:vgg16 -o vgg16.svg --view volumes`:',
    volumes,
    'AlexNet, `netwright draw zoo:alexnet -o costs.svg --view profile`:',
    profile,
  ],
  png: () => [
    'AlexNet, three pixels to a unit: `netwright draw zoo:alexnet -o alexnet.png --view volumes --ratio 3`.',
    'Letters that Roboto lacks, such as Chinese ones in the names of layers, cannot be set in it: the command refuses, and the app sets the picture in the fonts of its machine instead. SVG has neither limit.',
  ],
  tikz: () => [
    'ResNet-50 for a paper: `netwright draw zoo:resnet50 -o resnet50.tikz --view volumes && pdflatex resnet50.tikz`. With the name `.tex` the same document is written.',
  ],
  mermaid: () => [
    'ResNet-152 in its stages, `netwright draw zoo:resnet152 -o resnet152.mmd --detail stages`:',
    fenced('mermaid', toMermaid(stagesOf('resnet152'), 'down', 'light')),
  ],
  dot: () => [
    'AlexNet, `netwright draw zoo:alexnet -o alexnet.dot --detail stages`, then `dot -Tpdf alexnet.dot -o alexnet.pdf`:',
    fenced('dot', toDot(stagesOf('alexnet'), 'down', 'light')),
  ],
  csv: () => [
    'LeNet, `netwright draw zoo:lenet -o costs.csv`:',
    fenced('csv', costsToCsv(lenetCosts()).replaceAll('\r', '')),
  ],
  markdown: () => [
    'LeNet, `netwright draw zoo:lenet -o costs.md`:',
    toMarkdown(presentCosts(lenetCosts())).trimEnd(),
  ],
  latex: () => [
    'LeNet, `netwright draw zoo:lenet -o costs.tex --view table`:',
    fenced('latex', toLatex(presentCosts(lenetCosts()))),
  ],
  html: () => [
    'LeNet, `netwright draw zoo:lenet -o costs.html`:',
    fenced('html', toHtml(presentCosts(lenetCosts()))),
  ],
};

/** The first is the one when nothing is said. */
function valuesOf(p: (typeof exportParams)[ExportOption]): string {
  switch (p.kind) {
    case 'choice':
      return [p.default, ...p.options.map(({ value }) => value).filter((value) => value !== p.default)]
        .map((value) => `\`${value}\``)
        .join(', ');
    case 'int':
      return `${p.min} to ${p.max}; ${p.default} when left out`;
    case 'flag':
      return 'given or not';
    default:
      return unreachable(p);
  }
}

/** The page of one format of pictures or tables. */
export function exportPage(encoding: Encoding): string {
  const { title, doc, extensions } = encodingInfo[encoding];
  const forms = exportForms.filter((form) => form.encoding === encoding);
  const options = [...new Set(forms.flatMap(optionsOf))];
  return sections(
    `# ${title}`,
    doc,
    `In the app: ${forms.map((form) => `Export ▸ ${exportTitle(form)}`).join(', ')}. In the command: \`netwright draw FILE -o NAME\`, where NAME ends in ${extensions.map((extension) => `\`${extension}\``).join(' or ')}${forms.length > 1 || encoding === 'latex' ? `, with ${forms.map(({ subject }) => `\`--view ${subject}\``).join(', ')}` : ''}. Both write the same bytes.`,
    '## Options',
    table(
      ['Option', 'Flag', 'Values', 'Meaning'],
      options.map((name) => [
        exportParams[name].title,
        `\`--${name}\``,
        valuesOf(exportParams[name]),
        exportParams[name].doc,
      ]),
    ),
    '## Example',
    ...examples[encoding](),
    footer,
  );
}

export function exportIndex(): string {
  return sections(
    '# Pictures and tables',
    'What `netwright draw` writes and the Export menu of the app saves. The same design and options give the same bytes on every machine, so they can live in git beside the design.',
    volumes,
    table(
      ['', ...encodings.map((encoding) => `[${encodingInfo[encoding].title}](${encoding}.md)`)],
      subjects.map((subject) => [
        `**${subjectInfo[subject].title}**: ${subjectInfo[subject].doc}`,
        ...encodings.map((encoding) => (encodingInfo[encoding].subjects.includes(subject) ? '✓' : '')),
      ]),
    ),
    footer,
  );
}
