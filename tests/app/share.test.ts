import { deflateSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readShared, shareText } from '../../renderer/features/share/shared-text.ts';
import { documentOf } from '../../renderer/state/app-state.ts';
import { writeSpec } from '../../shared/formats/spec/write.ts';
import { zoo, zooEntry } from '../../shared/zoo/index.ts';
import { openChain } from './open-app.ts';

const packed = (text: string | Uint8Array): string => {
  const bytes = deflateSync(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  return `netwright-design-1.${Buffer.from(bytes).toString('base64url')}`;
};

const problemsOf = (text: string): string => {
  const read = readShared(text);
  return read.ok ? '' : read.problems.map(({ message }) => message).join('\n');
};

describe('a shared design', () => {
  it.each(zoo.slice(0, 12).map(({ id }) => id))('%s comes back as it was', (id) => {
    const design = zooEntry(id)!.build();
    const text = shareText(design);
    expect(text).toMatch(/^[\w.-]+$/);
    const read = readShared(`Have a look: https://example.org/app/#${text} !`);
    expect(read.ok && writeSpec(read.value)).toBe(writeSpec(design));
  });

  it('fits into a message', () => {
    expect(shareText(zooEntry('vgg16')!.build()).length).toBeLessThan(2_000);
  });

  it('that is cut, empty or of others is refused', () => {
    const text = shareText(zooEntry('lenet')!.build());
    expect(problemsOf(text.slice(0, -40))).toContain('no shared design');
    expect(problemsOf('https://example.org')).toContain('no shared design');
    expect(problemsOf('netwright-design-1.')).toContain('no shared design');
    expect(problemsOf('netwright-design-1.!!!!')).toContain('no shared design');
    expect(problemsOf(packed('{}'))).toContain('not a Netwright spec');
  });

  it('that unfolds to more than a spec may be is refused before it is whole', () => {
    expect(problemsOf(packed(new Uint8Array(17 * 1024 * 1024)))).toContain('larger than');
    expect(problemsOf('x'.repeat(2_000_001))).toContain('larger than');
  });

  it('is copied and opened by commands', async () => {
    const { app, run, clipboard, state } = openChain();
    await run('share');
    expect(clipboard.text).toContain('netwright-design-1.');
    app.getState().open(zooEntry('lenet')!.build());
    await run('share.open');
    expect(documentOf(state()).name).toBe('Chain');
    clipboard.text = 'something else';
    await run('share.open');
    expect(state().notice?.title).toBe('The shared design could not be opened');
  });
});
