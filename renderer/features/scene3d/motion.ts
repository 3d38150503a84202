import type { SpaceVolume } from '../../../shared/formats/pictures/space.ts';

/** A box on its way: centre and lengths. */
export type Pose = readonly [x: number, y: number, z: number, along: number, up: number, across: number];

const MILLISECONDS = 360;

const poseOf = ({ at, along, up, across }: SpaceVolume): Pose => [...at, along, up, across];

/** Where every volume is now, while the design that they stand for changes. */
export class Motion {
  /** Told apart by whoever drew an earlier state. */
  version = 0;
  #from = new Map<string, Pose>();
  #now = new Map<string, Pose>();
  #goal = new Map<string, Pose>();
  #started: number | undefined;

  /** 0 to 1: how far the way is gone. */
  share = 1;

  /** New volumes grow where they belong; what stays slides there; without `animated` all are there at once. */
  go(volumes: readonly SpaceVolume[], animated: boolean): void {
    const first = this.#now.size === 0;
    this.#goal = new Map(volumes.map((volume) => [volume.id, poseOf(volume)]));
    this.#from = new Map(
      [...this.#goal].map(([id, goal]) => [id, this.#now.get(id) ?? [goal[0], goal[1], goal[2], 0, 0, 0]]),
    );
    this.#started = animated && !first ? undefined : Number.NEGATIVE_INFINITY;
    this.share = 0;
    this.#settle(animated && !first ? 0 : 1);
  }

  /** Moves on to a moment in milliseconds; whether there is more to come. */
  advance(at: number): boolean {
    if (this.share >= 1) return false;
    this.#started ??= at;
    this.#settle(Math.min(1, (at - this.#started) / MILLISECONDS));
    return true;
  }

  pose(id: string): Pose | undefined {
    return this.#now.get(id);
  }

  #settle(share: number): void {
    this.share = share;
    this.version++;
    if (share >= 1) {
      this.#now = this.#goal;
      return;
    }
    const eased = 1 - (1 - share) ** 3;
    const between = (from: Pose, to: Pose, i: 0 | 1 | 2 | 3 | 4 | 5): number =>
      from[i] + (to[i] - from[i]) * eased;
    this.#now = new Map(
      [...this.#goal].map(([id, to]) => {
        const from = this.#from.get(id)!;
        return [
          id,
          [
            between(from, to, 0),
            between(from, to, 1),
            between(from, to, 2),
            between(from, to, 3),
            between(from, to, 4),
            between(from, to, 5),
          ],
        ];
      }),
    );
  }
}
