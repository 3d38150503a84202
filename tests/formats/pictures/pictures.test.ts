import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { toDot } from '../../../shared/formats/pictures/dot.ts';
import { drawGraph } from '../../../shared/formats/pictures/graph-picture.ts';
import { toMermaid } from '../../../shared/formats/pictures/mermaid.ts';
import { textWidth } from '../../../shared/formats/pictures/metrics.ts';
import { outlineOf } from '../../../shared/formats/pictures/outline.ts';
import { drawProfile } from '../../../shared/formats/pictures/profile.ts';
import { profileEntries } from '../../../shared/formats/pictures/profile-entries.ts';
import { collapseRepeats } from '../../../shared/formats/pictures/repeats.ts';
import type { Scene, Shape } from '../../../shared/formats/pictures/scene.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { toTikz } from '../../../shared/formats/pictures/tikz.ts';
import { drawVolumes } from '../../../shared/formats/pictures/volume-picture.ts';
import { zooEntry } from '../../../shared/zoo/index.ts';

const elk = new ELK();
const networks = ['alexnet', 'zfnet', 'vgg16', 'googlenet', 'resnet18', 'resnet152', 'squeezenet1_1'];

function outlinesOf(id: string) {
  const design = zooEntry(id)!.build();
  const blocks = outlineOf(design, analyze(design));
  return { blocks, stages: collapseRepeats(blocks) };
}

interface Rectangle {
  readonly what: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function rectanglesOf(shapes: readonly Shape[]): {
  readonly boxes: Rectangle[];
  readonly texts: Rectangle[];
} {
  const boxes: Rectangle[] = [];
  const texts: Rectangle[] = [];
  for (const shape of shapes) {
    if (shape.kind === 'box' && shape.id !== undefined) {
      const { x, y, width, height } = shape;
      boxes.push({ what: shape.id, left: x, top: y, right: x + width, bottom: y + height });
    }
    if (shape.kind === 'text' && !shape.turned) {
      const width = textWidth(shape.text, shape.fontPixels, shape.weight);
      const left =
        shape.anchor === 'middle' ? shape.x - width / 2 : shape.anchor === 'end' ? shape.x - width : shape.x;
      texts.push({
        what: shape.text,
        left,
        top: shape.y - 0.72 * shape.fontPixels,
        right: left + width,
        bottom: shape.y + 0.1 * shape.fontPixels,
      });
    }
  }
  return { boxes, texts };
}

function overlaps(rectangles: readonly Rectangle[]): readonly string[] {
  const found: string[] = [];
  for (const [i, a] of rectangles.entries()) {
    for (const b of rectangles.slice(i + 1)) {
      const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
      if (!apart) found.push(`${a.what} × ${b.what}`);
    }
  }
  return found;
}

function outside({ widthPixels, heightPixels }: Scene, rectangles: readonly Rectangle[]): readonly string[] {
  return rectangles
    .filter(
      ({ left, top, right, bottom }) => left < 0 || top < 0 || right > widthPixels || bottom > heightPixels,
    )
    .map(({ what }) => what);
}

describe.each(networks)('pictures of %s', (id) => {
  const { blocks, stages } = outlinesOf(id);

  it('the graph has no overlaps, stays on its page, and comes out the same twice', async () => {
    const draw = () => drawGraph(stages, { theme: 'light', direction: 'down', elk });
    const scene = await draw();
    const { boxes, texts } = rectanglesOf(scene.shapes);
    expect(boxes).toHaveLength(stages.nodes.length);
    expect(overlaps(boxes)).toEqual([]);
    expect(overlaps(texts)).toEqual([]);
    expect(outside(scene, [...boxes, ...texts])).toEqual([]);
    expect(toSvg(await draw())).toBe(toSvg(scene));
  });

  it.each(['linear', 'log'] as const)(
    'the volumes, %s, have no overlapping labels and stay on their page',
    (scale) => {
      const scene = drawVolumes(stages, { theme: 'light', scale });
      const { texts } = rectanglesOf(scene.shapes);
      expect(texts.length).toBeGreaterThanOrEqual(2 * (stages.nodes.length - 1));
      expect(overlaps(texts)).toEqual([]);
      expect(outside(scene, texts)).toEqual([]);
    },
  );

  it('text formats name every node', () => {
    const dot = toDot(blocks, 'right', 'light');
    const mermaid = toMermaid(blocks, 'down', 'dark');
    for (const { id: node } of blocks.nodes) expect(dot).toContain(`"${node}"`);
    expect(mermaid.match(/:::/g)).toHaveLength(blocks.nodes.length);
    expect(mermaid.match(/-->/g)).toHaveLength(blocks.edges.length);
  });
});

describe('repeat counts', () => {
  it.each([
    ['resnet152', ['Bottleneck ×3', 'Bottleneck ×8', 'Bottleneck ×36', 'Bottleneck ×3']],
    ['resnet18', ['Residual ×2', 'Residual ×2', 'Residual ×2', 'Residual ×2']],
    ['vgg16', ['Conv2d ×2', 'Conv2d ×2', 'Conv2d ×3', 'Conv2d ×3', 'Conv2d ×3', 'Fully connected ×2']],
  ])('%s is drawn in its stages', (id, runs) => {
    const { stages } = outlinesOf(id);
    expect(
      stages.nodes.filter(({ repeat }) => repeat > 1).map(({ title, repeat }) => `${title} ×${repeat}`),
    ).toEqual(runs);
  });
});

describe('the cost profile', () => {
  it('draws a bar per layer in each of its four rows', () => {
    const design = zooEntry('alexnet')!.build();
    const analysis = analyze(design);
    const flat = flatten(analysis);
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    const entries = profileEntries(design.name, analysis, flat.value);
    const scene = drawProfile(entries, { theme: 'light', title: 'AlexNet' });
    const { boxes } = rectanglesOf(scene.shapes);
    expect(boxes).toHaveLength(4 * entries.length);
    expect(outside(scene, boxes)).toEqual([]);
    // The lecture's point: the most multiply-adds in a convolution, the most parameters in the first FC layer.
    const most = (key: 'macs' | 'params') => entries.reduce((a, b) => (b[key] > a[key] ? b : a)).node.id;
    expect([most('macs'), most('params')]).toEqual(['conv2', 'fc6']);
  });
});

const pdflatex = ['/usr/bin/pdflatex', '/usr/local/bin/pdflatex'].find((path) => existsSync(path));

describe.skipIf(!pdflatex)('TikZ (needs pdflatex and tikz)', () => {
  it.each(['alexnet', 'resnet152'])('%s compiles to one page', (id) => {
    const work = mkdtempSync(join(tmpdir(), 'netwright-tikz-'));
    writeFileSync(
      join(work, 'picture.tex'),
      toTikz(drawVolumes(outlinesOf(id).stages, { theme: 'light', scale: 'log' })),
    );
    const run = () =>
      spawnSync(pdflatex!, ['-interaction=nonstopmode', '-halt-on-error', 'picture.tex'], {
        cwd: work,
        encoding: 'utf8',
      });
    const { status, stdout } = run();
    expect(status, stdout.slice(-1500)).toBe(0);
    expect(stdout).toMatch(/Output written on picture\.pdf \(1 page/);
    rmSync(work, { recursive: true, force: true });
  });
});
