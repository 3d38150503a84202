import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pc from 'picocolors';
import { afterAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { runHere } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'netwright-batch-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A conv whose output is the largest that is alive: 3×8×8 in, 16×8×8 out, of four bytes each. */
const design = {
  netwright: 2,
  name: 'Small',
  nodes: [
    { id: 'input', kind: 'input', params: { shape: [3, 8, 8] } },
    { id: 'conv', kind: 'conv2d', from: 'input', params: { channels: 16, padding: 1 } },
    { id: 'output', kind: 'output', from: 'conv' },
  ],
};
const file = join(folder, 'small.netwright.json');
writeFileSync(file, JSON.stringify(design));
const wider = join(folder, 'wider.netwright.json');
const [input, conv, output] = design.nodes;
writeFileSync(
  wider,
  JSON.stringify({
    ...design,
    nodes: [input, { ...conv, params: { channels: 32, padding: 1 } }, output],
  }),
);
const macs = 16 * 3 * 9 * 64;
const memory = (3 + 16) * 64 * 4;

/** The smallest call of each command that has the option, and the numbers in what it says of memory. */
const calls: Readonly<Record<string, readonly string[]>> = {
  summary: [file, '--format', 'json'],
  memory: [file, '--no-engine', '--format', 'json'],
  plan: [file, '--format', 'json'],
  check: [file, '--memory', '1GiB', '--format', 'json'],
  diff: [file, wider, '--format', 'json'],
  report: [file, wider],
  fit: [file, '--memory', '1MiB', '--vary', 'input=8..16:8', '--format', 'json'],
  sweep: [file, '--vary', 'input=8..16:8', '--format', 'ndjson'],
};

const numbersIn = (out: string): readonly number[] =>
  (out.match(/\d[\d,]*/g) ?? []).map((n) => Number(n.replaceAll(',', '')));

describe('--batch', () => {
  it('is tried here of every command that has it', () => {
    const terminal = { out: () => {}, err: () => {}, colours: pc.createColors(false), showsProgress: false };
    const having = createProgram(terminal).commands.filter(({ options }) =>
      options.some(({ long }) => long === '--batch'),
    );
    expect(having.map((command) => command.name()).sort()).toEqual(Object.keys(calls).sort());
  });

  // A plan needs the kernels of the built command.
  const here = Object.entries(calls).filter(([name]) => name !== 'plan');
  it.each(here)('%s tells memory for so many samples, and counts for one', async (name, args) => {
    const [one, three] = [await runHere(name, ...args), await runHere(name, ...args, '--batch', '3')];
    expect([one.err, three.err]).toEqual(['', '']);
    expect(numbersIn(three.out)).not.toEqual(numbersIn(one.out));
    if (['summary', 'memory', 'fit', 'sweep'].includes(name)) {
      expect(numbersIn(one.out)).toContain(memory);
      expect(numbersIn(three.out)).toContain(3 * memory);
    }
    if (name === 'summary') {
      expect(numbersIn(three.out)).toContain(macs);
      expect(numbersIn(three.out)).not.toContain(3 * macs);
    }
  });

  it.each(Object.keys(calls))('%s refuses none at all', async (name) => {
    const { code, err } = await runHere(name, ...calls[name]!, '--batch', '0');
    expect(code).toBe(2);
    expect(err).toContain('--batch');
  });
});
