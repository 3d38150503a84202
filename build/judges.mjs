// What npm test did not judge, and why.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { chromiumVersion, findChromium } from './chromium.mjs';
import { picturesOf } from './gallery.mjs';
import { root } from './install.mjs';

const runs = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const python = process.env.NETWRIGHT_PYTHON ?? '/usr/bin/python3';
const imports = (module) =>
  runs(python, '-c', `import importlib.util, sys; sys.exit(importlib.util.find_spec("${module}") is None)`);

/**
 * What judges our results from outside: how a test file names it, whether it is there, and, of one that CI has not, why. A
 * judge of CI without such a reason has to be there.
 */
export const judges = [
  {
    name: 'onnxruntime and tfjs (npm ci --ignore-scripts in tests/peers)',
    named: /\bpeersInstalled\b/,
    isThere: () => existsSync(join(root, 'tests/peers/node_modules/onnxruntime-node/package.json')),
  },
  {
    name: 'PyTorch (python3-torch, python3-torchvision)',
    named: /pythonWith\([^)]*'torch/,
    isThere: () => imports('torch') && imports('torchvision'),
  },
  {
    name: 'the reference data (NETWRIGHT_REFERENCE)',
    named: /\b(hasReference|referencePath)\b/,
    isThere: () => existsSync(resolve(root, process.env.NETWRIGHT_REFERENCE ?? '../shared/reference')),
    notInCi: 'the data are no part of the project',
  },
  {
    name: 'Chromium',
    named: /\b(chromiumPath|executablePath|canLaunch)\b/,
    isThere: () => findChromium() !== undefined,
  },
  { name: 'black', named: /\bhasBlack\b/, isThere: () => runs('black', '--version') },
  {
    name: 'pdflatex and TikZ (texlive-pictures)',
    named: /\bpdflatex\b/,
    isThere: () => runs('pdflatex', '--version'),
  },
  { name: 'xmllint (libxml2-utils)', named: /\bhasXmllint\b/, isThere: () => runs('xmllint', '--version') },
  {
    name: 'NETWRIGHT_THOROUGH',
    named: /\bthoroughness\b|NETWRIGHT_THOROUGH/,
    isThere: () => Number(process.env.NETWRIGHT_THOROUGH ?? 0) > 0,
    notInCi: 'what takes long is tried before a release',
  },
  {
    name: 'the Chromium that the pictures of the gallery were made with (npm run gallery -- --accept)',
    named: /\bsameChromium\b/,
    isThere: () => chromiumVersion() === picturesOf(),
    notInCi: 'a new Chromium draws anew',
  },
  {
    name: 'Keras (pip install keras)',
    named: /pythonWith\('keras'\)/,
    isThere: () => imports('keras'),
    notInCi: 'Debian has no package of it; the stand-in judges',
  },
];

/** Tests that are skipped though every judge is there, and why. */
export const expectedSkips = {
  'tests/build/package.test.ts': 'wants the tools of a desktop',
  'tests/cli/large-model.test.ts': 'wants 6 GiB of free disk',
  'tests/cli/streams.test.ts': 'wants Pillow with WebP',
  'tests/disk/write.test.ts': 'wants a file system and rights that not every machine has',
  'tests/electron/real-electron.test.ts': "wants Electron's binary",
  'tests/formats/code/formatted.test.ts': 'ruff is no package of Debian',
  'tests/formats/keras/models.test.ts': 'Keras has no word for some random networks',
  'tests/layers/contract.test.ts': 'what an opaque layer computes nobody knows',
  'tests/runtime/cpu/large-maps.test.ts': 'wants 7 GiB of memory',
  'tests/runtime/cpu/variants.test.ts': 'wants instructions that not every engine has',
};

/**
 * The skipped tests of a vitest report by what they lacked: a judge that their file names and that is missing, else what is
 * known of the file. `isExpected` says whether CI may do without.
 */
export function skippedBy(report, missing, sourceOf) {
  const rows = new Map();
  for (const { name, assertionResults } of report?.testResults ?? []) {
    const tests = assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').length;
    if (tests === 0) continue;
    const file = relative(root, name);
    const source = sourceOf(name);
    const lacking = missing.filter(({ named }) => named.test(source));
    const reason = lacking.map((judge) => judge.name).join(', ') || expectedSkips[file] || `unknown: ${file}`;
    const isExpected =
      lacking.length > 0
        ? lacking.some(({ notInCi }) => notInCi !== undefined)
        : Object.hasOwn(expectedSkips, file);
    const row = rows.get(reason) ?? { reason, tests: 0, isExpected: true };
    rows.set(reason, { reason, tests: row.tests + tests, isExpected: row.isExpected && isExpected });
  }
  return [...rows.values()].sort((a, b) => b.tests - a.tests);
}

/** The rows of this machine. */
export const notJudged = (report) =>
  skippedBy(
    report,
    judges.filter(({ isThere }) => !isThere()),
    (file) => readFileSync(file, 'utf8'),
  );

/** The table that a run ends with; nothing where all was judged. */
export function skipTable(rows) {
  if (rows.length === 0) return '';
  const lines = rows.map(({ reason, tests }) => `${String(tests).padStart(6)}  ${reason}`);
  return ['Not judged: tests, and what they lacked', ...lines].join('\n');
}
