import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { produce } from 'immer';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../../shared/analysis/analyze.ts';
import type { Analysis } from '../../../shared/analysis/facts.ts';
import { flatten } from '../../../shared/analysis/flatten.ts';
import { exportForms, type Subject } from '../../../shared/formats/exports/forms.ts';
import { type ExportOptions, exportParams } from '../../../shared/formats/exports/options.ts';
import { type ExportSource, renderExport, sceneOf } from '../../../shared/formats/exports/render.ts';
import { outlineOf } from '../../../shared/formats/pictures/outline.ts';
import { drawProfile } from '../../../shared/formats/pictures/profile.ts';
import { profileColumns } from '../../../shared/formats/pictures/profile-columns.ts';
import { profileEntries } from '../../../shared/formats/pictures/profile-entries.ts';
import type { ProfileEntry } from '../../../shared/formats/pictures/profile-rows.ts';
import { collapseRepeats } from '../../../shared/formats/pictures/repeats.ts';
import type { Scene } from '../../../shared/formats/pictures/scene.ts';
import { toSvg } from '../../../shared/formats/pictures/svg.ts';
import { toTikz } from '../../../shared/formats/pictures/tikz.ts';
import { drawVolumes } from '../../../shared/formats/pictures/volume-picture.ts';
import type { Design } from '../../../shared/graph/design.ts';
import { setBypass } from '../../../shared/graph/edits.ts';
import { defaultsOf } from '../../../shared/schema/params.ts';
import { zoo, zooEntry } from '../../../shared/zoo/index.ts';
import { ownBlocks } from '../../blocks/grouped.ts';
import { byTurns, thoroughness } from '../../thorough.ts';
import { boxesOf, crossings, outside, overlaps, textsOf, volumesOf, wiresOf } from './geometry.ts';

function outlinesOf(id: string) {
  const design = zooEntry(id)!.build();
  const blocks = outlineOf(design, analyze(design));
  return { blocks, stages: collapseRepeats(blocks) };
}

/** Wires and nodes listed in another order, as another program may write them. */
function shuffled(design: Design): Design {
  const turned = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).reverse()) as Record<string, T>;
  return { ...design, nodes: turned(design.nodes), wires: turned(design.wires) };
}

const drawable = [
  ...zoo.map(({ id, build }) => [id, build] as const),
  ['own blocks', ownBlocks] as const,
].map(([id, build], number) => [id, build, number] as const);
const drawnForms = exportForms.filter(({ subject, encoding }) => subject !== 'table' && encoding !== 'png');

/** How volumes are drawn: in which detail, and on which scale. */
const volumes = [
  ['stages', 'linear'],
  ['stages', 'log'],
  ['layers', 'linear'],
] as const;

/** Each network's graph runs one way, by turns; both ways for who is thorough. */
const directionsOf = (number: number) =>
  (['down', 'right'] as const).filter((_, i) => thoroughness > 0 || (i + number) % 2 === 0);

describe.each(drawable)('pictures of %s', (_, build, number) => {
  const design = build();
  let analysis: Analysis | undefined;
  function source(of: Design): ExportSource {
    if (of !== design) return { design: of, analysis: analyze(of) };
    analysis ??= analyze(design);
    return { design, analysis };
  }
  const options = defaultsOf(exportParams);

  async function scene(subject: Subject, change: Partial<ExportOptions> = {}): Promise<Scene> {
    const drawn = sceneOf(subject, source(design), { ...options, ...change });
    if (!drawn.ok) throw new Error(drawn.problems[0]!.message);
    return drawn.value;
  }

  it.each(directionsOf(number))(
    'the graph %s: nothing overlaps, nothing is outside the page',
    async (direction) => {
      const drawn = await scene('graph', { direction, detail: direction === 'down' ? 'stages' : 'blocks' });
      const [boxes, texts] = [boxesOf(drawn), textsOf(drawn)];
      expect(boxes.length).toBeGreaterThan(4);
      expect(overlaps(boxes)).toEqual([]);
      expect(overlaps(texts)).toEqual([]);
      // A label lies in its own box or beside its wire, never on the edge of a box.
      expect(crossings(texts, boxes)).toEqual([]);
      expect(outside(drawn, [...boxes, ...texts, ...wiresOf(drawn)])).toEqual([]);
    },
  );

  it.each(byTurns(volumes, number))(
    'the volumes, %s, %s: nothing overlaps, nothing is outside the page',
    async (detail, scale) => {
      const drawn = await scene('volumes', { detail, scale });
      const [solids, texts, wires] = [volumesOf(drawn), textsOf(drawn), wiresOf(drawn)];
      expect(solids.length).toBeGreaterThan(4);
      expect(texts.length).toBeGreaterThanOrEqual(2 * solids.length);
      expect(overlaps(solids)).toEqual([]);
      expect(overlaps(texts)).toEqual([]);
      expect(crossings(texts, solids)).toEqual([]);
      expect(crossings(texts, wires)).toEqual([]);
      expect(outside(drawn, [...solids, ...texts, ...wires])).toEqual([]);
    },
  );

  it('the cost profile has four bars to a layer, all on the page', async () => {
    const drawn = await scene('profile');
    const flat = flatten(source(design).analysis);
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    expect(boxesOf(drawn)).toHaveLength(4 * (flat.value.steps.length - flat.value.outputs.length));
    expect(overlaps(textsOf(drawn))).toEqual([]);
    expect(outside(drawn, [...boxesOf(drawn), ...textsOf(drawn)])).toEqual([]);
  });

  it.each(byTurns(drawnForms, number))(
    '$subject as $encoding: the same bytes again, and whatever the order in the file',
    async (form) => {
      const chosen = { ...options, detail: 'stages' } as const;
      const write = async (of: Design) => {
        const content = await renderExport(form, source(of), chosen, { rasteriser: noPixels });
        if (!content.ok) throw new Error(content.problems[0]!.message);
        return content.value;
      };
      const first = await write(design);
      expect(await write(build())).toBe(first);
      // Where branches may run in any order, the running peak depends on the one that the design states.
      if (form.subject !== 'profile') expect(await write(shuffled(design))).toBe(first);
    },
  );

  it('SVG keeps text as text, in fonts that every system has, and stands alone', async () => {
    for (const subject of byTurns(['graph', 'volumes', 'profile'] as const, number)) {
      const drawn = await scene(subject);
      const svg = toSvg(drawn);
      const texts = drawn.shapes.filter(({ kind }) => kind === 'text');
      expect(svg.match(/<text /g)).toHaveLength(texts.length);
      expect(svg).toMatch(/^<svg [^>]*font-family="[^"]*, sans-serif"/);
      expect(svg).not.toMatch(/<(script|style|image|use|foreignObject)|href|url\(|@import/);
    }
  });
});

const noPixels = () => Promise.reject(new Error('No pixels are asked for.'));

describe('a layer that is bypassed', () => {
  it('is marked in the graph, for it computes nothing, and is no stage with others', () => {
    const design = produce(zooEntry('vgg16')!.build(), setBypass(['conv3_2'], true));
    const { nodes } = outlineOf(design, analyze(design));
    expect(nodes.filter(({ lines }) => lines.includes('bypassed')).map(({ id }) => id)).toEqual(['conv3_2']);
    const stages = collapseRepeats(outlineOf(design, analyze(design))).nodes;
    expect(stages.find(({ members }) => members.includes('conv3_2'))!.repeat).toBe(1);
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
  const entriesOf = (design: Design): readonly ProfileEntry[] => {
    const analysis = analyze(design);
    const flat = flatten(analysis);
    if (!flat.ok) throw new Error(flat.problems[0]!.message);
    return profileEntries(design.name, analysis, flat.value);
  };

  it('shows what the lecture says of AlexNet: multiply-adds in a convolution, parameters in the first FC layer', () => {
    const entries = entriesOf(zooEntry('alexnet')!.build());
    const most = (key: 'macs' | 'params') => entries.reduce((a, b) => (b[key] > a[key] ? b : a)).node.id;
    expect([most('macs'), most('params')]).toEqual(['conv2', 'fc6']);
    const texts = textsOf(drawProfile(entries, { theme: 'light', title: '' })).map(({ what }) => what);
    expect(texts).toContain('total 714 M, most in conv2');
    expect(texts).toContain('total 61.1 M, most in fc6');
  });

  const named = (...ids: readonly string[]) =>
    ids.map((id) => ({ ...entriesOf(zooEntry('lenet')!.build())[0]!, node: { id } }) as ProfileEntry);
  it.each([
    ['the same layers', ['a', 'b'], ['a', 'b'], ['a/a', 'b/b']],
    ['a layer added', ['a', 'x', 'b'], ['a', 'b'], ['a/a', 'x/', 'b/b']],
    ['a layer removed', ['a', 'b'], ['a', 'x', 'b'], ['a/a', '/x', 'b/b']],
    ['one replaced', ['a', 'x', 'b'], ['a', 'y', 'b'], ['a/a', 'x/y', 'b/b']],
    ['one moved', ['b', 'c', 'a'], ['a', 'b', 'c'], ['/a', 'b/b', 'c/c', 'a/']],
    ['nothing in common', ['a', 'b'], ['x', 'y', 'z'], ['a/x', 'b/y', '/z']],
    ['nothing to compare with', ['a', 'b'], [], ['a/', 'b/']],
  ])('lays designs over each other: %s', (_, now, before, expected) => {
    const columns = profileColumns(named(...now), named(...before));
    expect(columns.map((column) => `${column.now?.node.id ?? ''}/${column.before?.node.id ?? ''}`)).toEqual(
      expected,
    );
  });

  // 170 pixels are what the panel has in a window of 800: all four rows are in sight there.
  it.each([600, 320, 240, 170])('fills the room it is given: %i pixels high', (heightPixels) => {
    const entries = entriesOf(zooEntry('vgg16')!.build());
    const drawn = drawProfile(entries, {
      theme: 'dark',
      title: '',
      room: { widthPixels: 1000, heightPixels },
    });
    expect(drawn.widthPixels).toBeLessThanOrEqual(1000);
    expect(drawn.heightPixels).toBeLessThanOrEqual(heightPixels);
    expect(drawn.heightPixels).toBeGreaterThan(heightPixels - 10);
  });

  // What the panel has in a window of 1280 at 200 %, and in one of 1440.
  it.each([
    ['resnet152', 610],
    ['densenet201', 900],
  ])('shows all layers of %s together in %i pixels', (id, widthPixels) => {
    const entries = entriesOf(zooEntry(id)!.build());
    const drawn = drawProfile(entries, {
      theme: 'light',
      title: '',
      room: { widthPixels, heightPixels: 200 },
    });
    expect(drawn.widthPixels).toBeLessThanOrEqual(widthPixels);
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
