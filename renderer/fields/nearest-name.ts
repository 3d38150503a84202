import { isNodeId, MOST_LETTERS } from '../../shared/graph/design.ts';
import { nextName, shortened } from '../../shared/graph/next-name.ts';

/** The name nearest to a text that can be one and is free: `conv 1` is `conv_1`, and `conv3` after a taken `conv2`. */
export function nearestName(text: string, isTaken: (name: string) => boolean): string {
  const letters = text.trim().replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_');
  const started = /^[\p{L}_]/u.test(letters) ? letters : `_${letters}`;
  const name = shortened(started, MOST_LETTERS);
  if (isNodeId(name) && !isTaken(name)) return name;
  return nextName(name, (next) => !isNodeId(next) || isTaken(next));
}
