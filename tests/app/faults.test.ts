import { describe, expect, it, vi } from 'vitest';
import { fromDrop } from '../../renderer/documents/file-to-open.ts';
import { openFile, openRecent } from '../../renderer/documents/files.ts';
import { listenToFaults } from '../../renderer/shell/faults.ts';
import { tellFault } from '../../renderer/state/faults.ts';
import { RunCancelled } from '../../shared/runtime/run-error.ts';
import { type OpenedApp, openChain } from './open-app.ts';

/** The app with a window that faults reach, as a browser's do. */
function watched(): OpenedApp & { readonly window: EventTarget } {
  const t = openChain();
  const window = new EventTarget();
  vi.stubGlobal('window', window);
  listenToFaults(t.app);
  vi.unstubAllGlobals();
  return { ...t, window };
}

const event = (type: string, facts: object): Event => Object.assign(new Event(type), facts);
const broken = 'Something in Netwright broke';
const safe = 'Your design is safe, and all the rest of the window works on.';

describe('what nobody caught', () => {
  it('is told with what it means for the work, and details to copy', async () => {
    const t = watched();
    await t.run('selectAll');
    t.window.dispatchEvent(event('error', { error: new TypeError('x is undefined'), message: '' }));
    expect(t.state().notice).toMatchObject({ kind: 'error', title: broken, lines: ['x is undefined', safe] });
    const { details = '' } = t.state().notice!;
    expect(details).toContain('Netwright in a test');
    expect(details).toContain('TypeError: x is undefined');
    expect(details).toContain('faults.test.ts');
    expect(details).toContain('last commands: selectAll');
    // Nothing of the design, nor of where it lies.
    expect(details).not.toMatch(/conv|Chain|chain\.netwright/);
  });

  it('is told of promises too', () => {
    const t = watched();
    t.window.dispatchEvent(event('unhandledrejection', { reason: new Error('No answer') }));
    expect(t.state().notice?.lines[0]).toBe('No answer');
  });

  it('is not told where somebody stopped it, or nothing happened', () => {
    const t = watched();
    t.window.dispatchEvent(event('unhandledrejection', { reason: new RunCancelled() }));
    t.window.dispatchEvent(event('unhandledrejection', { reason: new DOMException('', 'AbortError') }));
    t.window.dispatchEvent(
      event('error', {
        error: null,
        message: 'ResizeObserver loop completed with undelivered notifications.',
      }),
    );
    expect(t.state().notice).toBeUndefined();
  });

  it('is told of the host as well', () => {
    const t = watched();
    t.host.tell('fault', { message: 'EPERM', stack: 'Error: EPERM\n    at main.cjs:1:1' });
    expect(t.state().notice?.lines).toEqual(['EPERM', safe]);
    expect(t.state().notice?.details).toContain('main.cjs:1:1');
  });
});

describe('a command that throws', () => {
  it('says which, that nothing is lost, and gives details', async () => {
    const t = openChain();
    vi.spyOn(t.app.host, 'newWindow').mockRejectedValue(new Error('No window could be made.'));
    await t.run('newWindow');
    expect(t.state().notice).toMatchObject({
      title: '“New window” did not work',
      lines: ['No window could be made.', safe],
    });
    expect(t.state().notice?.details).toContain('last commands: newWindow');
  });
});

describe('a file that vanished before it was opened', () => {
  it('from the list of recent ones', async () => {
    const t = openChain();
    await openRecent(t.app, 'gone.netwright.json');
    expect(t.state().notice).toMatchObject({ kind: 'error', title: 'The recent file could not be opened' });
    expect(t.state().notice?.details).toContain('gone.netwright.json is not there');
  });

  it('given by the system', () => {
    const t = watched();
    t.host.tell('openFailed', { name: 'gone.netwright.json', reason: 'There is no such file.' });
    expect(t.state().notice).toMatchObject({
      title: 'gone.netwright.json could not be opened',
      lines: ['There is no such file.', expect.stringContaining('moved')],
    });
  });

  it('dropped here: said to be unreadable, not to be no text', async () => {
    const t = openChain();
    const file = new File(['{}'], 'gone.netwright.json');
    const gone = (): never => {
      throw new DOMException('A requested file could not be found.', 'NotFoundError');
    };
    Object.assign(file, { slice: () => ({ arrayBuffer: gone }) });
    await openFile(t.app, fromDrop([file])!);
    expect(t.state().notice?.lines.join()).toContain('could not be read');
    expect(t.state().history.design.name).toBe('Chain');
  });
});

it('keeps the last twenty commands', async () => {
  const t = openChain();
  for (let i = 0; i < 25; i++) await t.run(i % 2 === 0 ? 'selectAll' : 'fit');
  tellFault(t.app, new Error('x'));
  const line = t
    .state()
    .notice?.details?.split('\n')
    .find((each) => each.startsWith('last commands'));
  expect(line?.split(': ')[1]?.split(' ')).toHaveLength(20);
});
