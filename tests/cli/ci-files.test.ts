import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parseAction } from '@actions/workflow-parser/actions/action-parser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ensureBuilt } from '../../build/ensure-built.mjs';

const docs = join(import.meta.dirname, '../../docs/ci');
const contentOf = (name: string) => readFile(join(docs, name), 'utf8');

/** GitHub's own parser, with the schemas of its runner. */
describe("GitHub's schema", () => {
  const mistakes = {
    'github-workflow.yml': (content: string) =>
      parseWorkflow({ name: 'a.yml', content }, new NoOperationTraceWriter()),
    'action/action.yml': (content: string) =>
      parseAction({ name: 'action.yml', content }, new NoOperationTraceWriter()),
  };
  it.each(Object.entries(mistakes))('is kept by %s', async (name, read) => {
    const content = await contentOf(name);
    const errorsOf = (text: string) => read(text).context.errors.getErrors();
    expect(errorsOf(content)).toEqual([]);
    // It is read: what it forbids is found.
    expect(errorsOf(content.replace('      run:', '      runs:').replace('- run:', '- runs:'))).not.toEqual(
      [],
    );
  });
});

interface Step {
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const design = (channels: number, kernel: number) =>
  JSON.stringify({
    netwright: 3,
    name: 'a',
    nodes: [
      { id: 'input', kind: 'input', params: { shape: [3, 32, 32] } },
      { id: 'conv', kind: 'conv2d', from: 'input', params: { channels, kernel } },
      { id: 'output', kind: 'output', from: 'conv' },
    ],
  });

describe('the steps, run in a project as they stand', () => {
  let folder: string;
  let repository: string;
  const git = (...args: readonly string[]) => spawnSync('git', args, { cwd: repository, encoding: 'utf8' });
  const read = (name: string) => readFile(join(repository, name), 'utf8');

  /** What runners have: npx of an installed project, an npm that has nothing to do, and GitHub's command, which says what it was told. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'netwright-ci-'));
    repository = join(folder, 'project');
    await ensureBuilt(['cli']);
    await mkdir(join(folder, 'bin'));
    for (const [name, line] of [
      [
        'npx',
        `shift; exec "${process.execPath}" "${join(import.meta.dirname, '../../out/cli/netwright.js')}" "$@"`,
      ],
      ['npm', 'exit 0'],
      ['gh', 'echo "gh $*"'],
    ] as const) {
      await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${line}\n`);
      await chmod(join(folder, 'bin', name), 0o755);
    }
    await mkdir(join(repository, 'designs'), { recursive: true });
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'T');
    git('config', 'user.email', 't@example.org');
    await writeFile(join(repository, 'designs/a.netwright.json'), design(16, 3));
    git('add', '-A');
    git('commit', '-qm', 'first');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    // Sound, but with a layer that no output depends on.
    const second = JSON.parse(design(32, 3)) as { nodes: object[] };
    second.nodes.push({ id: 'lost', kind: 'relu', from: 'conv' });
    await writeFile(join(repository, 'designs/a.netwright.json'), JSON.stringify(second));
    git('add', '-A');
    git('commit', '-qm', 'second');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function ran(script: string, env: Readonly<Record<string, string>>) {
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
      cwd: repository,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, ...env },
    });
    return { status, said: stdout + stderr };
  }

  it('the workflow tells findings by line, and leaves a report with pictures', async () => {
    const { jobs } = parse(await contentOf('github-workflow.yml')) as {
      jobs: { networks: { steps: readonly Step[] } };
    };
    const { steps } = jobs.networks;
    const env = { BASE: 'main', NUMBER: '7', GH_TOKEN: 'x', GITHUB_STEP_SUMMARY: join(folder, 'summary') };
    const outcomes = steps.flatMap(({ run }) => (run === undefined ? [] : [ran(run, env)]));
    // Findings fail the first two steps that lint, and nothing else.
    expect(outcomes.map(({ status }) => status)).toEqual([0, 1, 1, 0, 0]);
    expect(outcomes[1]!.said).toMatch(
      /^::warning file=designs\/a\.netwright\.json,line=\d+.*unreachable-node/m,
    );
    expect(outcomes.at(-1)!.said).toContain('gh pr comment 7 --body-file netwright-report.md');
    expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('channels 16 → 32');
    expect(JSON.parse(await read('netwright.sarif'))).toMatchObject({ version: '2.1.0' });
    const kept = steps.flatMap((step) => step.with?.path?.trim().split('\n') ?? []);
    expect(kept).toEqual(['netwright-report.md', 'netwright-pictures']);
    for (const file of await readdir(join(repository, 'netwright-pictures')))
      expect(await read(`netwright-pictures/${file}`)).toMatch(/^<svg[\s\S]*lost/);
    expect(await read('netwright-report.md')).toContain('Picture: designs\\_a.svg');
  });

  it('the action does the same with what it is given, and nothing where no base is', async () => {
    const { inputs, runs } = parse(await contentOf('action/action.yml')) as {
      inputs: Readonly<Record<string, { readonly default: string }>>;
      runs: { steps: readonly (Step & { readonly env: Readonly<Record<string, string>> })[] };
    };
    const given = (value: string) =>
      value.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) =>
        name === 'base' ? 'origin/main' : name === 'max-warnings' ? '1' : inputs[name]!.default,
      );
    const summary = join(folder, 'action-summary');
    for (const { run, env } of runs.steps) {
      const own = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, given(value)]));
      expect(ran(run!, { ...own, GITHUB_STEP_SUMMARY: summary })).toMatchObject({ status: 0 });
    }
    expect(await readFile(summary, 'utf8')).toContain('| Multiply-adds |');
  });

  it("GitLab's job leaves what it promises", async () => {
    const { networks } = parse(await contentOf('gitlab-ci.yml')) as {
      networks: {
        script: readonly string[];
        artifacts: { paths: readonly string[]; reports: Readonly<Record<string, string>> };
      };
    };
    const { script, artifacts } = networks;
    const base = git('rev-parse', 'HEAD~1').stdout.trim();
    expect(ran(script.join('\n'), { CI_MERGE_REQUEST_DIFF_BASE_SHA: base })).toMatchObject({ status: 1 });
    const { codequality, junit } = artifacts.reports;
    expect(JSON.parse(await read(codequality!))).toMatchObject([{ check_name: 'unreachable-node' }]);
    expect(await read(junit!)).toContain('<testsuites');
    for (const path of artifacts.paths) expect(await readdir(repository)).toContain(path);
  });
});
