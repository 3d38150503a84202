import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHere as run } from './in-process.ts';

/** What is asked of each form: published by GitHub, GitLab, OASIS and Jenkins. */
let folder: string;
const home = process.cwd();
const wasteful = `{
  "netwright": 3,
  "name": "wasteful",
  "nodes": [
    { "id": "input", "kind": "input", "params": { "shape": [3, 32, 32] } },
    { "id": "conv", "kind": "conv2d", "from": "input", "params": { "channels": 8, "kernel": 3, "padding": 1 } },
    { "id": "bn", "kind": "batchNorm", "from": "conv" },
    { "id": "relu", "kind": "relu", "from": "bn" },
    { "id": "again", "kind": "relu", "from": "relu" },
    { "id": "out", "kind": "output", "from": "again" }
  ]
}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'netwright-reports-'));
  process.chdir(folder);
  await mkdir('designs/deep', { recursive: true });
  await writeFile('designs/a,b%.json', wasteful);
  await writeFile('designs/deep/c.json', wasteful.replaceAll('"conv"', '"renamed"'));
});
afterAll(async () => {
  process.chdir(home);
  await rm(folder, { recursive: true });
});

describe('patterns', () => {
  it('stand for files in folders, however deep', async () => {
    const { out, code } = await run('lint', 'designs/**/*.json', '--format', 'json');
    const files = new Set(
      (JSON.parse(out) as { findings: { file: string }[] }).findings.map(({ file }) => file),
    );
    expect([...files]).toEqual(['designs/a,b%.json', 'designs/deep/c.json']);
    expect(code).toBe(1);
  });
  it('that fit nothing are bad usage', async () => {
    expect(await run('lint', 'designs/*.onnx')).toMatchObject({ code: 2, out: '' });
  });
});

/** The schema of OASIS, as Microsoft's matcher for tests brings it. */
const sarifSchema = 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';

describe('SARIF', () => {
  const sarif = async (file: string): Promise<Log> =>
    JSON.parse((await run('lint', file, '--format', 'sarif')).out) as Log;

  it('has places, rules with help, and fixes that mend the file as --fix does', async () => {
    const log = await sarif('designs/a,b%.json');
    expect(log.version).toBe('2.1.0');
    const [sarifRun] = log.runs;
    const rules = sarifRun!.tool.driver.rules!;
    const result = sarifRun!.results!.find(({ ruleId }) => ruleId === 'redundant-bias-before-bn')!;
    expect(rules[result.ruleIndex!]).toMatchObject({
      id: 'redundant-bias-before-bn',
      defaultConfiguration: { level: expect.any(String) },
    });
    expect(rules[result.ruleIndex!]!.help!.text.length).toBeGreaterThan(40);
    const { physicalLocation, logicalLocations } = result.locations![0]!;
    expect(physicalLocation).toEqual({
      artifactLocation: { uri: 'designs/a%2Cb%25.json' },
      region: { startLine: 6, startColumn: 5 },
    });
    expect(logicalLocations![0]!.fullyQualifiedName).toBe('conv');
    const { deletedRegion, insertedContent } = result.fixes![0]!.artifactChanges[0]!.replacements[0]!;
    const lines = wasteful.split('\n');
    const mended = [
      ...lines.slice(0, deletedRegion.startLine! - 1),
      ...insertedContent!.text!.split('\n').slice(0, -1),
      ...lines.slice(deletedRegion.endLine! - 1),
    ].join('\n');
    expect(JSON.parse(mended).nodes[1].params).toMatchObject({ bias: false });
  });

  it('has fingerprints that a new name leaves as they are, each once', async () => {
    const prints = async (file: string) =>
      (await sarif(file)).runs[0]!.results!.map(({ partialFingerprints }) => partialFingerprints);
    const before = await prints('designs/a,b%.json');
    expect(await prints('designs/deep/c.json')).toEqual(before);
    expect(new Set(before.map((print) => JSON.stringify(print))).size).toBe(before.length);
  });

  it.each([
    ['of findings with places and fixes', ['lint', 'designs/**/*.json']],
    ['of networks that are no text', ['lint', 'zoo:vgg16', 'zoo:alexnet', '--preset', 'googlenet']],
    ['of nothing found', ['lint', 'zoo:resnet18', '--preset', 'resnet']],
    [
      'of what was counted',
      ['lint', 'designs/**/*.json', '--suppress-all', '--suppressions', 'counted.json'],
    ],
    ['of budgets', ['check', 'designs/**/*.json', '--macs', '1']],
  ])('keeps its schema: a log %s', async (_, args) => {
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }));
    const keeps = ajv.compile(JSON.parse(await readFile(join(home, sarifSchema), 'utf8')));
    const log = JSON.parse((await run(...args, '--format', 'sarif')).out) as Log;
    keeps(log);
    expect(keeps.errors ?? []).toEqual([]);
    // The schema is read: what it forbids is refused.
    expect(keeps({ ...log, version: '2.0.0' })).toBe(false);
    expect(keeps({ ...log, runs: log.runs.map((each) => ({ ...each, tool: {} })) })).toBe(false);
  });

  it('tells what was silenced, and why', async () => {
    const silenced = wasteful.replace(
      '"from": "input", "params"',
      '"from": "input", "suppress": [{ "rule": "redundant-bias-before-bn", "reason": "kept" }], "params"',
    );
    await writeFile('silenced.json', silenced);
    const result = (await sarif('silenced.json')).runs[0]!.results!.find(
      ({ ruleId }) => ruleId === 'redundant-bias-before-bn',
    );
    expect(result?.suppressions).toEqual([{ kind: 'inSource', status: 'accepted', justification: 'kept' }]);
  });
});

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
it.skipIf(!hasXmllint)("JUnit keeps Jenkins' schema, and counts what it holds", async () => {
  const schema = join(import.meta.dirname, 'jenkins-junit-4.xsd');
  const refusals = (xml: string) =>
    spawnSync('xmllint', ['--noout', '--schema', schema, '-'], { input: xml, encoding: 'utf8' });
  for (const args of [['lint'], ['check', '--macs', '1']]) {
    const { out } = await run(...args, 'designs/**/*.json', '--format', 'junit');
    expect(refusals(out)).toMatchObject({ status: 0, stderr: '- validates\n' });
    expect(refusals(out.replace('<testcase', '<testcase colour="red"')).status).not.toBe(0);
    const counted = (what: string) => {
      const { stdout } = spawnSync('xmllint', ['--xpath', what, '-'], { input: out, encoding: 'utf8' });
      return stdout.trim();
    };
    expect(counted('count(/testsuites/testsuite)')).toBe('2');
    expect(counted('string(/testsuites/@failures)')).toBe(counted('count(//failure)'));
    expect(Number(counted('count(//failure)'))).toBeGreaterThan(0);
    expect(counted('string(/testsuites/@tests)')).toBe(counted('count(//testcase)'));
    expect(counted('count(//testcase[not(@name) or not(@classname)])')).toBe('0');
  }
});

it('GitHub is told file, line and rule, in its own escapes', async () => {
  const { out } = await run('lint', 'designs/a,b%.json', '--format', 'github');
  expect(out).toMatch(
    /^::(error|warning|notice) file=designs\/a%2Cb%25\.json,line=6,col=5,title=redundant-bias-before-bn::conv: /m,
  );
  const checked = await run('check', 'designs/a,b%.json', '--macs', '1', '--format', 'github');
  expect(checked).toMatchObject({ code: 1 });
  expect(checked.out).toMatch(/^::error file=designs\/a%2Cb%25\.json,line=\d+.*,title=budget-macs::/);
});

it('GitLab takes no two issues for one', async () => {
  const { out } = await run('lint', 'designs/**/*.json', '--format', 'gitlab');
  const issues = JSON.parse(out) as Record<string, unknown>[];
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  for (const issue of issues)
    expect(issue).toMatchObject({
      description: expect.any(String),
      check_name: expect.any(String),
      severity: expect.stringMatching(/^(info|minor|major|critical|blocker)$/),
      location: { path: expect.any(String), lines: { begin: expect.any(Number) } },
    });
});

it('Markdown has a row for each finding', async () => {
  const { out } = await run('lint', 'designs/a,b%.json', '--format', 'markdown');
  expect(out).toMatch(/^\| \w+ \| conv, line 6 \| .* \| redundant-bias-before-bn \|$/m);
});

it('--fix-dry-run tells what is left, and leaves the file alone', async () => {
  const { out, err } = await run('lint', 'designs/a,b%.json', '--fix-dry-run', '--format', 'json');
  expect(err).toContain('conv: would be fixed');
  expect(JSON.parse(out)).toEqual({ findings: [] });
  expect(await readFile('designs/a,b%.json', 'utf8')).toBe(wasteful);
});

it('several designs are checked at once', async () => {
  const { out, code } = await run('check', 'designs/**/*.json', '--macs', '1G', '--format', 'json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ within: true, designs: [{ within: true }, { within: true }] });
});
