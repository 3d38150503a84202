import { draw, type Scene, type View } from './picture.ts';

/** How far beyond the pane a picture reaches on each side, in shares of the pane: what a gesture finds there is drawn. */
const BEYOND = 0.12;
/** A view that has not moved for so long is at rest, and its picture is made sharp. */
const REST_MS = 60;
/** What drawing may take of a frame while the view moves, so that it stays smooth; and at rest, so that keys are heard. */
const MOVING_MS = 4;
const RESTING_MS = 24;

interface Drawing {
  readonly work: Generator<void>;
  readonly view: View;
}

/**
 * Shows a picture of a design of any size in an element. While the view moves, the last picture is moved and scaled with
 * it, and the next one is drawn beside it a little per frame; it takes its place once it is whole.
 */
export class PictureMachine {
  readonly #host: HTMLElement;
  #front = newCanvas();
  #back = newCanvas();
  #scene: Scene | undefined;
  #view: View = { x: 0, y: 0, zoom: 1 };
  #shown: View | undefined;
  #size = { width: 0, height: 0 };
  #drawing: Drawing | undefined;
  #frame = 0;
  #restsAt = 0;

  constructor(host: HTMLElement) {
    this.#host = host;
    host.replaceChildren(this.#front, this.#back);
    this.#back.style.visibility = 'hidden';
  }

  /** Draws another scene, in one go: what has just been done is seen at once. */
  show(scene: Scene): void {
    this.#scene = scene;
    this.#begin();
    this.#goOn(RESTING_MS);
  }

  look(view: View, width: number, height: number): void {
    const { x, y, zoom } = this.#view;
    const same = width === this.#size.width && height === this.#size.height;
    if (same && view.x === x && view.y === y && view.zoom === zoom) return;
    this.#view = view;
    this.#size = { width, height };
    this.#restsAt = performance.now() + REST_MS;
    this.#place();
    if (!this.#drawing) this.#begin();
    this.#wake();
  }

  end(): void {
    cancelAnimationFrame(this.#frame);
    this.#host.replaceChildren();
  }

  #wake(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#step);
  }

  readonly #step = (): void => {
    this.#frame = 0;
    const resting = performance.now() >= this.#restsAt;
    // What was begun for a view that was left meanwhile is given up where the last one can be seen.
    if (resting && this.#drawing && !sameView(this.#drawing.view, this.#view)) this.#begin();
    this.#goOn(resting ? RESTING_MS : MOVING_MS);
  };

  #begin(): void {
    const { width, height } = this.#size;
    if (!this.#scene || width === 0 || height === 0) return;
    const ratio = window.devicePixelRatio;
    const [wide, high] = [width * (1 + 2 * BEYOND), height * (1 + 2 * BEYOND)];
    const canvas = this.#back;
    if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(high * ratio);
      canvas.style.width = `${wide}px`;
      canvas.style.height = `${high}px`;
    }
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, wide, high);
    const { x, y, zoom } = this.#view;
    const shifted = { x: x + width * BEYOND, y: y + height * BEYOND, zoom };
    this.#drawing = { work: draw(context, this.#scene, shifted, wide, high), view: this.#view };
  }

  /** Draws for so long, and asks for another frame where that was not enough. */
  #goOn(milliseconds: number): void {
    const { work, view } = this.#drawing ?? {};
    if (work && view) {
      const end = performance.now() + milliseconds;
      let done = work.next().done;
      while (!done && performance.now() < end) done = work.next().done;
      if (done) {
        this.#drawing = undefined;
        this.#shown = view;
        [this.#front, this.#back] = [this.#back, this.#front];
        this.#front.style.visibility = '';
        this.#back.style.visibility = 'hidden';
        this.#place();
      }
    }
    if (!this.#drawing && this.#shown && !sameView(this.#shown, this.#view)) this.#begin();
    const sharp = !this.#drawing && (!this.#shown || sameView(this.#shown, this.#view));
    this.#host.dataset.sharp = String(sharp);
    if (!sharp) this.#wake();
  }

  /** Puts the last picture where the view that it was drawn for lies in that of now. */
  #place(): void {
    if (!this.#shown) return;
    const { x, y, zoom } = this.#shown;
    const scale = this.#view.zoom / zoom;
    const left = this.#view.x - scale * (x + this.#size.width * BEYOND);
    const top = this.#view.y - scale * (y + this.#size.height * BEYOND);
    this.#front.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  }
}

function newCanvas(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.ariaHidden = 'true';
  return canvas;
}

const sameView = (a: View, b: View): boolean => a.x === b.x && a.y === b.y && a.zoom === b.zoom;
