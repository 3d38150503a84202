import type { Layout, LayoutNode, LayoutWire } from '../../shared/layout/model.ts';

interface Box {
  readonly id: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Rounding may put an edge on an edge. */
const TOUCH = 0.01;

/** Everything that nobody should see: boxes on boxes, wires through boxes, and what lies outside of the picture. */
export function faultsIn(
  { places, routes, width, height }: Layout,
  nodes: readonly LayoutNode[],
  wires: readonly LayoutWire[],
): readonly string[] {
  const boxes = nodes.map(({ id, width, height }): Box => {
    const { x, y } = places.get(id)!;
    return { id, left: x, top: y, right: x + width, bottom: y + height };
  });
  const faults: string[] = [];
  const outside = (left: number, top: number, right: number, bottom: number): boolean =>
    left < -TOUCH || top < -TOUCH || right > width + TOUCH || bottom > height + TOUCH;
  for (const [i, a] of boxes.entries()) {
    if (outside(a.left, a.top, a.right, a.bottom)) faults.push(`${a.id} lies outside`);
    for (const b of boxes.slice(i + 1)) if (overlap(a, b)) faults.push(`${a.id} lies on ${b.id}`);
  }
  for (const [i, route] of routes.entries()) {
    const { from, to } = wires[i]!;
    if (!route) {
      faults.push(`${from} → ${to} has no way`);
      continue;
    }
    for (let at = 1; at < route.points.length; at++) {
      const [a, b] = [route.points[at - 1]!, route.points[at]!];
      if (Math.min(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) > TOUCH)
        faults.push(`${from} → ${to} runs askew`);
      const piece = {
        id: '',
        left: Math.min(a.x, b.x),
        top: Math.min(a.y, b.y),
        right: Math.max(a.x, b.x),
        bottom: Math.max(a.y, b.y),
      };
      if (outside(piece.left, piece.top, piece.right, piece.bottom))
        faults.push(`${from} → ${to} runs outside`);
      for (const box of boxes) if (overlap(box, piece)) faults.push(`${from} → ${to} crosses ${box.id}`);
    }
    const [start, end] = [route.points[0]!, route.points.at(-1)!];
    if (!touches(boxes.find(({ id }) => id === from)!, start))
      faults.push(`${from} → ${to} starts elsewhere`);
    if (!touches(boxes.find(({ id }) => id === to)!, end)) faults.push(`${from} → ${to} ends elsewhere`);
  }
  return faults;
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.right - TOUCH &&
    b.left < a.right - TOUCH &&
    a.top < b.bottom - TOUCH &&
    b.top < a.bottom - TOUCH
  );
}

function touches({ left, top, right, bottom }: Box, { x, y }: { x: number; y: number }): boolean {
  return x >= left - TOUCH && x <= right + TOUCH && y >= top - TOUCH && y <= bottom + TOUCH;
}
