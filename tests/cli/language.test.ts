import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { inPieces, languageMeant } from '../../cli/i18n/language.ts';
import { createProgram } from '../../cli/program.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zooEntry } from '../../shared/zoo/index.ts';
import { runHere } from './in-process.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the language of the command', () => {
  it.each([
    ['nothing said', [], {}, 'en'],
    ['LANG', [], { LANG: 'zh_CN.UTF-8' }, 'zh'],
    ['LC_ALL before LANG', [], { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    ['LC_MESSAGES before LANG', [], { LC_MESSAGES: 'zh_TW.UTF-8', LANG: 'xx_XX.UTF-8' }, 'zh'],
    ['an empty LC_ALL', [], { LC_ALL: '', LANG: 'zh_CN' }, 'zh'],
    ['what is not spoken', [], { LANG: 'xx_XX.UTF-8' }, 'en'],
    ['--lang before the surroundings', ['lint', '--lang', 'en'], { LANG: 'zh_CN.UTF-8' }, 'en'],
    ['--lang with its value', ['--lang=zh', 'zoo'], { LANG: 'en_US.UTF-8' }, 'zh'],
  ] as const)('follows %s', (_, args, surroundings, expected) => {
    expect(languageMeant(args, surroundings)).toBe(expected);
  });

  it('is that of help, which then has no other', async () => {
    const { out, code } = await runHere('--lang', 'zh', '--help');
    expect(code).toBe(0);
    expect(out).toContain('卷积网络的形状、开销、预算、设计规则与运行。');
    expect(prose(out.split('示例：')[0]!)).toEqual([]);
    const told = commands.flatMap((command) => [
      command.description(),
      ...command.registeredArguments.map(({ description }) => description),
      ...command.options.map(({ description }) => description),
    ]);
    expect(told.length).toBeGreaterThan(150);
    expect(told.flatMap((text) => prose(inPieces(text)))).toEqual([]);
    // What the reader of arguments says of a choice and of what is taken when it is left out.
    const check = await runHere('check', '--help', '--lang', 'zh');
    expect(check.out).toContain('(可选：');
    expect(check.out).not.toMatch(/\b(choices|default):/);
  });

  it('is that of findings in lines, and of no report for machines', async () => {
    const inChinese = await runHere('lint', 'zoo:vgg16', '--lang', 'zh', '--preset', 'googlenet');
    expect(inChinese.out).toMatch(/警告: “fc6”有 102,764,544 个参数/);
    expect(inChinese.out).toMatch(/处发现\n$/);
    for (const format of ['json', 'sarif']) {
      const args = ['lint', 'zoo:vgg16', '--format', format];
      expect((await runHere(...args, '--lang', 'zh')).out).toBe((await runHere(...args, '--lang', 'en')).out);
    }
  });

  it('is that of tables, whose columns still line up', async () => {
    vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
    const { out } = await runHere('summary', 'zoo:lenet');
    const [, , head, rule, first] = out.split('\n');
    expect(head).toMatch(/^名称 +层 +输出 +内存（KiB） +参数 +乘加 +占比 +感受野 +每字节乘加$/);
    expect(first).toMatch(/^input +输入 /);
    // In a terminal an ideograph is as wide as two letters.
    const width = (line: string) => line.replace(/[\u3000-\uffff]/gu, '__').length;
    expect(width(head!)).toBe(rule!.length);
    expect(width(first!)).toBe(rule!.length);
  });

  it.each([
    [
      ['memory', 'zoo:lenet', '--no-engine', '--fits', '1KiB,1MiB'],
      [/LeNet：激活的峰值内存，单个样本，float32/, /不原地计算 +57,600/, /不能：内存/],
    ],
    [
      ['check', 'zoo:lenet', '--macs', '1M', '--params', '1M'],
      [/乘加: 2,293,000: 超出预算 \(至多 1,000,000\)/, /参数: 431,080: 未超出/],
    ],
    [
      ['lint', '--explain', 'vgg-conv-3x3'],
      [/vgg-conv-3x3 \(警告\): /, /来源：/, /规则集：vgg。/, /允许 1×1。/],
    ],
    [['fit', 'zoo:lenet', '--macs', '2M'], [/个变体已检查/]],
  ])('is that of captions, lines below tables and verdicts: %s', async (args, expected) => {
    const { out } = await runHere(...args, '--lang', 'zh');
    for (const each of expected) expect(out).toMatch(each);
  });

  it('leaves the names that people give as they are', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'netwright-names-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'peak memory of 2 threads on Options: none.json');
    const name = 'input of a net, permission denied on 2 threads: none';
    writeFileSync(file, writeSpec({ ...zooEntry('lenet').build(), name }));
    const summary = await runHere('summary', file, '--lang', 'zh');
    expect(summary.out).toContain(`${name}，输入 1×28×28。乘加：`);
    const memory = await runHere('memory', file, '--no-engine', '--lang', 'zh');
    expect(memory.out).toContain(`${name}：激活的峰值内存，单个样本，float32。`);
    const check = await runHere('check', file, '--lang', 'zh');
    expect(check.err).toContain(`netwright: ${file}：没有预算。`);
  });

  it.each([
    [['summary', 'no-such-file.json'], 'netwright: no-such-file.json：无法读取：'],
    [['summary', 'zoo:alexnt'], 'netwright: zoo:alexnt：没有这个网络。是否想写 zoo:alexnet'],
    [
      ['lint', 'zoo:alexnet', '--preset', 'x'],
      'netwright: --preset x：没有这个规则集。规则集有：recommended',
    ],
    [['lint', '--no-such-option'], "错误：未知的选项 '--no-such-option'"],
    [['sumary'], '(是否想写 summary?)'],
    [['lint', '--form', 'x'], '(是否想写 --format?)'],
  ])('is that of failures: %s', async (args, expected) => {
    const { code, err } = await runHere(...args, '--lang', 'zh');
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });
});

const { commands } = createProgram({
  out: () => {},
  err: () => {},
  colours: {} as never,
  showsProgress: false,
});

/** Three English words in a row; names, options and lists of them are typed as they are. */
const prose = (text: string): readonly string[] => text.match(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b/g) ?? [];
