// Runs vitest's tests in a process that keeps them loaded: with a mutant switched on, only tests that reach it are called again,
// the quickest first. Vitest would load engine and tests anew for each mutant, which takes longer than most of them.
// What an earlier mutant left behind makes nobody noticed: a test that fails must pass again without the mutant, else all is
// loaded anew and tried again. And what was worked out before a mutant was switched on (while tests were found, or kept by
// modules for the next who asks) hides nobody: who lives is tried once more with all loaded anew while it is on, as vitest would.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { collectTests, getFn, getHooks } from '@vitest/runner';
import fc from 'fast-check';
import { createServer, createServerModuleRunner } from 'vite';

const {
  tests: testFiles = [],
  slowTests = [],
  seed = '1',
} = JSON.parse(process.env.NETWRIGHT_MUTANTS ?? '{}');

/** What instrumented code looks at: which mutant is on, and where it says what it reached. */
globalThis.__stryker__ ??= {};
const instrumented = globalThis.__stryker__;

/** What of vitest's settings is asked for while tests are found. No limit of time: a busy machine is slow, not wrong. */
const config = {
  root: process.cwd(),
  setupFiles: [],
  sequence: { hooks: 'stack', setupFiles: 'list', seed: 1 },
  chaiConfig: {},
  tags: [],
  strictTags: false,
  allowOnly: false,
  passWithNoTests: false,
  maxConcurrency: 1,
  retry: 0,
  testTimeout: 0,
  hookTimeout: 0,
};
globalThis.__vitest_worker__ = { config: { ...config, snapshotOptions: {} }, filepath: '' };

/** Seconds of the processor's time after which no further test is asked: who is alive then may be noticed, but not by many. */
const ENOUGH_SECONDS = 12;
/** Seconds of the processor's time that a mutant's tests may take: on a busy machine the clock says nothing. */
const MOST_SECONDS = 120;
/** Ends this process, which Stryker starts anew, where a loop without an end keeps it from looking at a clock. */
const WATCH = `
  const { writeFileSync } = require('node:fs');
  const { workerData: { id, ENDLESS, MOST_SECONDS } } = require('node:worker_threads');
  const before = process.cpuUsage();
  setInterval(() => {
    const { user, system } = process.cpuUsage(before);
    if (user + system < MOST_SECONDS * 1e6) return;
    writeFileSync(ENDLESS, id);
    process.kill(process.pid, 'SIGKILL');
  }, 1000);
`;
/** In the copy of the project that Stryker makes: the mutant that was on in a process that had to be ended. */
const ENDLESS = 'endless-mutant';
/** In the copy of the project that Stryker makes, for processes that come later. */
const TIMES = 'test-times.json';

class LoadedRunner {
  #server;
  #modules;
  /** Tests by their names, as they are loaded now. */
  #tests = new Map();
  /** Milliseconds that each took, as the process found that ran all of them. */
  #took = new Map(existsSync(TIMES) ? JSON.parse(readFileSync(TIMES, 'utf8')) : []);
  /** Files that could not be loaded, which only a mutant brings about. */
  #unloadable = [];
  /** Whether modules were loaded since a mutant was last on. */
  #isFresh = false;
  /** Whether all that is loaded does what it does without a mutant. */
  #isSound = false;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // The same random cases for each mutant; the first that fails will do.
    fc.configureGlobal({ seed: Number(seed), endOnFailure: true });
    this.#server = await createServer({
      root: process.cwd(),
      configFile: false,
      appType: 'custom',
      logLevel: 'error',
      optimizeDeps: { noDiscovery: true },
      server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    });
  }

  async dispose() {
    await this.#modules?.close();
    await this.#server?.close();
  }

  async dryRun() {
    await this.#load();
    const [broken] = this.#unloadable;
    if (broken) return { status: DryRunStatus.Error, errorMessage: `${broken.name}: ${broken.message}` };
    const tests = [];
    for (const [name, test] of this.#tests) {
      instrumented.currentTestId = name;
      const before = performance.now();
      const failure = await failureOf(test);
      const timeSpentMs = Math.round(performance.now() - before);
      this.#took.set(name, timeSpentMs);
      tests.push({
        id: name,
        name,
        fileName: test.file.filepath,
        timeSpentMs,
        ...(failure === undefined
          ? { status: TestStatus.Success }
          : { status: TestStatus.Failed, failureMessage: failure }),
      });
    }
    instrumented.currentTestId = undefined;
    writeFileSync(TIMES, JSON.stringify([...this.#took]));
    return { status: DryRunStatus.Complete, tests, mutantCoverage: reached(instrumented.mutantCoverage) };
  }

  async mutantRun(options) {
    const { id } = options.activeMutant;
    if (existsSync(ENDLESS) && readFileSync(ENDLESS, 'utf8') === id)
      return { status: MutantRunStatus.Timeout, reason: `${MOST_SECONDS} s of the processor's time` };
    const watch = new Worker(WATCH, { eval: true, workerData: { id, ENDLESS, MOST_SECONDS } });
    try {
      return await this.#run(options);
    } finally {
      await watch.terminate();
    }
  }

  async #run({ activeMutant: { id }, testFilter, hitLimit, mutantActivation, reloadEnvironment }) {
    const isStatic = mutantActivation === 'static';
    if (reloadEnvironment || !this.#isSound) await this.#load(isStatic ? id : undefined);
    if (this.#unloadable.length > 0) return this.#killedAtLoading();
    const wasFresh = this.#isFresh;
    const result = await this.#judge(id, testFilter, hitLimit);
    if (isStatic) return result;
    if (result.status === MutantRunStatus.Survived) return this.#judgeFromTheFirstLine(id, testFilter);
    if (wasFresh || this.#isSound) return result;
    await this.#load();
    return this.#judge(id, testFilter, hitLimit);
  }

  /** Whether a test notices a mutant that is on while all is loaded. Nothing that was kept without it is left. */
  async #judgeFromTheFirstLine(id, testFilter) {
    await this.#load(id);
    // Loading reaches it more often than tests did: how often tells nothing here.
    const result = this.#unloadable.length > 0 ? this.#killedAtLoading() : await this.#judge(id, testFilter);
    this.#isSound = false;
    return result;
  }

  /** Whether a test notices a mutant, and which. */
  async #judge(id, testFilter, hitLimit) {
    this.#isFresh = false;
    instrumented.hitCount = hitLimit === undefined ? undefined : 0;
    instrumented.hitLimit = hitLimit;
    const names = [...(testFilter ?? this.#tests.keys())]
      .filter((name) => this.#tests.has(name))
      .sort((a, b) => (this.#took.get(a) ?? 0) - (this.#took.get(b) ?? 0));
    const before = process.cpuUsage();
    for (const [at, name] of names.entries()) {
      if (secondsSince(before) > ENOUGH_SECONDS) return { status: MutantRunStatus.Survived, nrOfTests: at };
      const test = this.#tests.get(name);
      instrumented.activeMutant = id;
      const failure = await failureOf(test);
      instrumented.activeMutant = undefined;
      const endless = determineHitLimitReached(instrumented.hitCount, hitLimit);
      if (endless || failure?.startsWith('Test timed out')) {
        this.#isSound = false;
        return { status: MutantRunStatus.Timeout, reason: endless?.reason ?? failure };
      }
      if (failure !== undefined) {
        this.#isSound = (await failureOf(test)) === undefined;
        return {
          status: MutantRunStatus.Killed,
          killedBy: [name],
          failureMessage: failure,
          nrOfTests: at + 1,
        };
      }
    }
    return { status: MutantRunStatus.Survived, nrOfTests: names.length };
  }

  #killedAtLoading() {
    const [{ name, message }] = this.#unloadable;
    this.#isSound = false;
    const killedBy = [...this.#took.keys()].filter((each) => each.startsWith(`${name}#`)).slice(0, 1);
    return { status: MutantRunStatus.Killed, killedBy, failureMessage: message, nrOfTests: 1 };
  }

  /** Loads all tests, and what they test, anew; with a mutant on from the first line, if one is given. */
  async #load(activeMutant) {
    await this.#modules?.close();
    instrumented.activeMutant = activeMutant;
    instrumented.hitCount = undefined;
    const modules = createServerModuleRunner(this.#server.environments.ssr, {
      hmr: false,
      sourcemapInterceptor: false,
    });
    this.#modules = modules;
    const files = await collectTests(
      testFiles.map((file) => join(process.cwd(), file)),
      { config, importFile: (path) => modules.import(path) },
    );
    this.#tests = new Map();
    this.#unloadable = [];
    for (const file of files) {
      const name = file.filepath.slice(process.cwd().length + 1);
      const [error] = file.result?.errors ?? [];
      if (error) this.#unloadable.push({ name, message: error.message });
      else
        for (const test of testsOf(file))
          if (!slowTests.includes(test.name)) this.#add(`${name}#${test.fullTestName}`, test);
    }
    this.#isFresh = true;
    this.#isSound = activeMutant === undefined;
  }

  /** Two tests may have one name. */
  #add(name, test) {
    let free = name;
    for (let i = 2; this.#tests.has(free); i++) free = `${name} (${i})`;
    this.#tests.set(free, test);
  }
}

/**
 * What each test reached. A mutant that was reached while files were loaded needs all of them to be loaded anew, but not where a
 * test reaches it too.
 */
function reached({ static: atLoading, perTest }) {
  const byTests = new Set(Object.values(perTest).flatMap(Object.keys));
  const left = Object.entries(atLoading).filter(([id]) => !byTests.has(id));
  return { static: Object.fromEntries(left), perTest };
}

function secondsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function testsOf(suite) {
  const hooks = getHooks(suite);
  for (const [name, own] of Object.entries(hooks))
    if (own.length > 0) throw new Error(`${suite.name} has ${name}, which is not called here.`);
  return suite.tasks
    .filter(({ mode }) => mode === 'run' || mode === 'queued')
    .flatMap((task) => (task.type === 'suite' ? testsOf(task) : [task]));
}

/** Why a test fails; nothing where it passes. */
async function failureOf(test) {
  try {
    await getFn(test)();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'loaded', LoadedRunner)];
