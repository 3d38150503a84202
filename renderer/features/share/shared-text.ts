import { deflateSync, Inflate } from 'fflate';
import { fail, messages, type Result } from '../../../shared/base/problem.ts';
import { MAX_SPEC_BYTES } from '../../../shared/formats/spec/format.ts';
import { readSpec } from '../../../shared/formats/spec/read.ts';
import { writeSpec } from '../../../shared/formats/spec/write.ts';
import type { Design } from '../../../shared/graph/design.ts';

export const say = messages('renderer/features/share/shared-text', {
  'not-shared': [
    'This is no shared design.',
    'Copy the whole link or text that Netwright made, from "netwright-design-1." to its end.',
  ],
  'too-large': ['This shared design is larger than a design may be.', 'Ask for it as a file.'],
});

/** Begins a design that is shared as text, with the version of the form. */
const PREFIX = 'netwright-design-1.';
/** What mail and chat carry; a spec of thousands of nodes stays below. */
const MAX_SHARED_LENGTH = 2_000_000;
/** Compressed bytes at a time: what they unfold to is looked at before there are more. */
const PIECE_BYTES = 1 << 12;

/** A design as one word of letters, digits, dots, dashes and underscores: its spec, compressed, without weights. */
export function shareText(design: Design): string {
  const bytes = deflateSync(new TextEncoder().encode(writeSpec(design)), { level: 9 });
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The design in a link or a text. What it holds is bounded before it is taken apart, and while it grows. */
export function readShared(text: string): Result<Design> {
  if (text.length > MAX_SHARED_LENGTH) return fail(say.at({}, 'too-large'));
  const word = new RegExp(`${PREFIX.replaceAll('.', '\\.')}([\\w-]+)`).exec(text)?.[1];
  const packed = word === undefined ? undefined : fromBase64(word);
  if (!packed) return fail(say.at({}, 'not-shared'));
  const spec = inflated(packed);
  if (spec === 'too large') return fail(say.at({}, 'too-large'));
  return spec === undefined ? fail(say.at({}, 'not-shared')) : readSpec(spec);
}

function fromBase64(word: string): Uint8Array | undefined {
  try {
    const binary = atob(word.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The text within; undefined where it is none. */
function inflated(packed: Uint8Array): string | 'too large' | undefined {
  const pieces: Uint8Array[] = [];
  let size = 0;
  let whole = false;
  const inflate = new Inflate((piece, last) => {
    size += piece.length;
    pieces.push(piece);
    whole = last;
  });
  try {
    for (let at = 0; at < packed.length; at += PIECE_BYTES) {
      inflate.push(packed.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= packed.length);
      if (size > MAX_SPEC_BYTES) return 'too large';
    }
    if (!whole) return undefined;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
