import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FileSource } from '../../cli/file-source.ts';
import { Documents } from '../../electron/main/documents.ts';
import { configTexts } from '../../shared/disk/configs.ts';
import { stampAt } from '../../shared/disk/stamp.ts';

const work = mkdtempSync(join(tmpdir(), 'netwright-special-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** A pipe into which nobody writes, and a device that has no end, under names of models and designs. */
describe.runIf(process.platform !== 'win32')('what is no file', () => {
  const names = ['net.netwright.json', 'net.onnx', 'photo.png'] as const;
  for (const name of names) {
    execFileSync('mkfifo', [join(work, name)]);
    symlinkSync('/dev/zero', join(work, `zero-${name}`));
  }
  const all = names.flatMap((name) => [name, `zero-${name}`]);

  it.each(all)('is not opened by the app, which says so: %s', async (name) => {
    const documents = new Documents(() => undefined);
    const kind = name.endsWith('.png') ? 'image' : 'design';
    await expect(documents.open(join(work, name), kind)).rejects.toThrow('is not a file.');
    documents.close();
  });

  it.each(all)('is not read as a model by the command: %s', async (name) => {
    await expect(FileSource.open(join(work, name))).rejects.toThrow('is not a file.');
  });

  it('is no configuration', async () => {
    execFileSync('mkfifo', [join(work, 'netwright.config.json')]);
    await expect(configTexts(join(work, 'netwright.config.json'))).rejects.toThrow('no-file');
  });

  it('is never what was read before', async () => {
    expect(await stampAt(join(work, 'net.onnx'))).toMatchObject({ content: '' });
  });
});
