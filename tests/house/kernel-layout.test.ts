import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutFile, layoutText, records } from '../../build/kernel-layout.mjs';
import * as layout from '../../shared/runtime/cpu/assembly/layout.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const cpu = 'shared/runtime/cpu';
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && name !== 'layout.ts');
const kernels = sources(`${cpu}/assembly`).map((name) => read(`${cpu}/assembly/${name}`));
const engine = sources(cpu).map((name) => read(`${cpu}/${name}`));

const types = new Map(records.flatMap(({ words }) => words.map(({ name, type }) => [name, type] as const)));
const prefixes = [...new Set([...types.keys()].map((name) => name.slice(0, name.indexOf('_'))))];

/** Constants that stand at the end of what `call` is given, such as A_LOW in float(step, A_LOW). */
function wordsOf(texts: readonly string[], call: RegExp): string[] {
  const last = new RegExp(
    `${call.source}\\((?:[^()]|\\([^()]*\\))*?\\b((?:${prefixes.join('|')})_[A-Z_]+)[,)]`,
    'g',
  );
  return texts.flatMap((text) => [...text.matchAll(last)].map(([, name]) => name!));
}

describe('the memory that kernels and engine share', () => {
  it('is as its tables say', () => {
    expect(read(layoutFile)).toBe(layoutText());
  });

  it.each(records)('has a place of its own for every word of $title', ({ words, bytes }) => {
    const order = [...words].sort((a, b) => a.offset - b.offset);
    expect(order.length).toBeGreaterThan(5);
    for (const [i, { name, type, offset, bytes: size }] of order.entries()) {
      expect(size, name).toBeGreaterThan(0);
      expect(offset % (type === 'f64' ? 8 : type === 'line' || type === 'range' ? 64 : 4), name).toBe(0);
      expect(offset + size, name).toBeLessThanOrEqual(order[i + 1]?.offset ?? bytes);
    }
  });

  it('leaves what all threads poll alone on its cache line', () => {
    const { CONTROL_GENERATION, CONTROL_STOP, CONTROL_DONE } = layout;
    const polled = [CONTROL_GENERATION, CONTROL_STOP, CONTROL_DONE];
    const memory = records.find(({ title }) => title === 'memory')!.words;
    for (const at of polled.map((word) => word + layout.CONTROL))
      expect(memory.filter(({ offset }) => Math.floor(offset / 64) === Math.floor(at / 64)).length).toBe(1);
  });

  it('tells the cases of a choice apart', () => {
    const choices = Object.entries(layout).filter(([name]) =>
      /^(RUN|OP|MODE|POOL|BINARY|COPY|RUNS|ACT)_/.test(name),
    );
    const told = choices.map(([name, value]) => `${name.slice(0, name.indexOf('_'))} ${value}`);
    expect(told.length).toBeGreaterThan(80);
    expect(new Set(told).size).toBe(told.length);
  });

  it.each([
    ['the engine writes', engine, /\bfloat/],
    ['the kernels read', kernels, /\b(?:float|load32_splat|load<f32>)/],
  ] as const)('holds a float where %s one', (_, texts, call) => {
    const floats = [...types].filter(([, type]) => type === 'f32').map(([name]) => name);
    expect([...new Set(wordsOf(texts, call))].sort()).toEqual(floats.sort());
  });

  it.each([
    ['the engine writes', engine, /\bint/],
    ['the kernels read', kernels, /\b(?:int|ptr)/],
  ] as const)('holds none where %s a whole number', (_, texts, call) => {
    const words = new Set(wordsOf(texts, call));
    expect(words.size).toBeGreaterThan(80);
    expect([...words].filter((name) => !['i32', 'ptr', 'map'].includes(types.get(name)!))).toEqual([]);
  });

  it('has no word of a step that only one side knows', () => {
    const known = (texts: readonly string[], name: string): boolean =>
      texts.some((text) => new RegExp(`\\b${name}\\b`).test(text.replace(/^import [^;]*;/gm, '')));
    const steps = records.filter(({ title }) => title !== 'memory');
    const names = new Set(steps.flatMap(({ words }) => words.map(({ name }) => name)));
    expect([...names].filter((name) => !known(engine, name) || !known(kernels, name))).toEqual([]);
  });
});
