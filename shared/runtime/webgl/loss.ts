import { RunCancelled } from '../run-error.ts';
import type { Context } from './context.ts';
import { ContextLost } from './device-errors.ts';

/** Whether a context is there, lost, or lost for good; who holds objects of it is told when they are gone. */
export class Loss {
  private readonly gl: WebGL2RenderingContext;
  private readonly onLost: () => void;
  private currentGeneration = 0;
  private lost = false;
  private gone = false;
  private lossSeen = false;
  private lossListeners: (() => void)[] = [];
  private restoredListeners: (() => void)[] = [];

  constructor(
    { gl, canvas }: Context,
    { onLost, onRestored }: { readonly onLost: () => void; readonly onRestored: () => void },
  ) {
    this.gl = gl;
    this.onLost = onLost;
    canvas.addEventListener('webglcontextlost', (event) => {
      event.preventDefault();
      if (!this.lost) this.forget();
      this.lossSeen = true;
      // Only once this event is over does the browser let a context be restored.
      for (const listener of this.lossListeners.splice(0)) setTimeout(listener, 0);
    });
    canvas.addEventListener('webglcontextrestored', () => {
      onRestored();
      this.lost = false;
      this.gone = false;
      this.lossSeen = false;
      for (const listener of this.restoredListeners.splice(0)) listener();
    });
  }

  private forget(): void {
    this.lost = true;
    this.currentGeneration++;
    this.onLost();
  }

  /** Changes whenever everything that was made before is gone. */
  get generation(): number {
    return this.currentGeneration;
  }

  /** Whether it was waited for in vain. */
  get isGone(): boolean {
    return this.gone && this.isLost;
  }

  get isLost(): boolean {
    return this.lost || this.gl.isContextLost();
  }

  /** Throws `ContextLost`. */
  assertAlive(): void {
    if (!this.isLost) return;
    if (!this.lost) this.forget();
    throw new ContextLost();
  }

  /** Waits for the browser to give the context back. Rejects when that is cancelled. */
  async restored(milliseconds: number, signal?: AbortSignal): Promise<boolean> {
    if (!this.isLost) return true;
    if (this.gone) return false;
    return new Promise((resolve, reject) => {
      const over = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
      };
      const cancel = (): void => {
        over();
        reject(new RunCancelled());
      };
      const timer = setTimeout(() => {
        over();
        this.gone = true;
        resolve(false);
      }, milliseconds);
      signal?.addEventListener('abort', cancel);
      this.restoredListeners.push(() => {
        over();
        resolve(true);
      });
    });
  }

  /** Takes the context away as a driver reset would, and says how to give it back. */
  lose(): { restore(): void } {
    const extension = this.gl.getExtension('WEBGL_lose_context');
    if (!extension) throw new Error('WEBGL_lose_context is not offered.');
    extension.loseContext();
    const restore = (): void => extension.restoreContext();
    // The browser refuses to restore what it has not told to be lost.
    return { restore: () => void (this.lossSeen ? restore() : this.lossListeners.push(restore)) };
  }
}
