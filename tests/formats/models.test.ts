import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packaging } from '../../build/packaging.mjs';
import { writableFormats } from '../../cli/formats.ts';
import { endingsOf, formatOfName, modelFormats, stemOfName } from '../../shared/formats/models.ts';
import { fileFilters, isHeld } from '../../shared/host/contract.ts';

const root = join(import.meta.dirname, '../..');
const formats = Object.entries(modelFormats);

describe('a form of models', () => {
  it.each([
    ['design.json', 'spec', 'design'],
    ['design.netwright.json', 'spec', 'design'],
    ['Model.ONNX', 'onnx', 'Model'],
    ['net.keras.py', 'keras', 'net'],
    ['net.py', 'pytorch', 'net'],
    ['a.b.safetensors', 'safetensors', 'a.b'],
    ['picture.png', undefined, 'picture.png'],
  ])('is what the name %s says: %s', (name, format, stem) => {
    expect(formatOfName(name)).toBe(format);
    expect(stemOfName(name)).toBe(stem);
  });

  it('is written by the command', () => {
    const byCommand = writableFormats.map(({ extension }) => extension);
    for (const [, { endings, writes }] of formats)
      expect(byCommand.filter((ending) => endings.some((own) => own === ending))).toHaveLength(
        writes ? 1 : 0,
      );
  });

  it('is offered by the dialogs that open it, and read in pieces where it holds weights', () => {
    expect(fileFilters.design.endings).toEqual(['json', 'onnx', 'pt', 'keras', 'h5', 'hdf5', 'py']);
    expect([...fileFilters.weights.endings].sort()).toEqual([
      'bin',
      'ckpt',
      'h5',
      'hdf5',
      'keras',
      'npz',
      'onnx',
      'pt',
      'pth',
      'safetensors',
    ]);
    for (const ending of endingsOf('weights')) expect(isHeld('design', `a${ending}`)).toBe(true);
    expect(isHeld('design', 'a.json')).toBe(false);
    // A program is run where it lies; code for Keras is no module of PyTorch.
    expect(isHeld('design', 'a.py')).toBe(true);
    expect(isHeld('design', 'a.keras.py')).toBe(false);
  });

  it('of designs and models is what the installers tell the system', () => {
    const own = [modelFormats.spec, modelFormats.onnx].map(({ endings }) => endings[0]);
    for (const { fileAssociations } of [packaging.mac, packaging.win])
      expect(fileAssociations.map(({ ext }) => `.${ext}`)).toEqual(own);
  });

  it('has its ending spelled in one place', () => {
    const files = execFileSync('git', ['ls-files', 'shared', 'renderer', 'electron', 'cli'], {
      cwd: root,
      encoding: 'utf8',
    }).split('\n');
    const spelled = files.filter((path) => {
      if (!/\.tsx?$/.test(path)) return false;
      // Examples in the help of commands are texts for people.
      return /['"]\.onnx['"]|\\\.onnx/.test(readFileSync(join(root, path), 'utf8'));
    });
    expect(spelled).toEqual(['shared/formats/models.ts']);
  });
});
