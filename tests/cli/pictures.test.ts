import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { readImage } from '../../cli/image.ts';

// The built command has it beside itself.
vi.mock('../../cli/export-tools.ts', async () => {
  const { default: load } = await import('canvaskit-wasm');
  const at = dirname(createRequire(import.meta.url).resolve('canvaskit-wasm'));
  return { loadCanvasKit: () => load({ locateFile: (name) => join(at, name) }) };
});

const folder = mkdtempSync(join(tmpdir(), 'netwright-pictures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(bytes: Uint8Array) {
  const file = join(folder, 'picture');
  writeFileSync(file, bytes);
  return readImage(file);
}

/** What is said instead, and how much memory it took to find out. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const before = process.memoryUsage().rss;
  const said = await read(bytes).then(
    () => 'It was read.',
    (error: Error) => error.message,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  return said;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return whole;
}

function png(width: number, height: number, data: Uint8Array, ...more: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const zeros = deflateSync(Buffer.alloc(256 * 2 ** 20));
const small = deflateSync(Buffer.alloc(2 * 7));

/** Two colours beside each other, and two below: which corner is which can be told. */
const corners = Uint8Array.from([
  255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255, 9, 9, 9, 255, 99, 99, 99, 255,
]);

/** An EXIF block that says nothing but how the picture is to be turned. */
function exif(orientation: number): Buffer {
  const block = Buffer.alloc(26);
  block.write('MM\0*', 0, 'latin1');
  block.writeUInt32BE(8, 4);
  block.writeUInt16BE(1, 8);
  block.writeUInt16BE(0x0112, 10);
  block.writeUInt16BE(3, 12);
  block.writeUInt32BE(1, 14);
  block.writeUInt16BE(orientation, 18);
  return block;
}

describe('pictures that are more, or less, than they say', () => {
  it('a PNG of 2×2 pixels that inflates to 256 MiB', async () => {
    expect(await refusal(png(2, 2, zeros))).toContain('it holds more than the pixels that its header says');
  });
  it('a PNG whose colour profile or text inflates to 256 MiB is read without them', async () => {
    const profile = chunk('iCCP', Buffer.concat([Buffer.from('p\0\0', 'latin1'), zeros]));
    const text = chunk('zTXt', Buffer.concat([Buffer.from('t\0\0', 'latin1'), zeros]));
    expect(await read(png(2, 2, small, profile, text))).toMatchObject({ width: 2, height: 2 });
  });
  it('a PNG of 60,000×60,000 pixels', async () => {
    expect(await refusal(png(60_000, 60_000, small))).toContain(
      '60000×60000 pixels are too many; 64 million',
    );
  });
  it('a JPEG of a few bytes that says it has 60 million pixels', async () => {
    const file = Buffer.from(jpeg.encode({ width: 16, height: 16, data: new Uint8Array(1024) }, 50).data);
    const frame = file.indexOf(Buffer.from([0xff, 0xc0]));
    file.writeUInt16BE(7700, frame + 5);
    file.writeUInt16BE(7800, frame + 7);
    expect(await refusal(file)).toMatch(/bytes cannot hold the 60060000 pixels/);
  });
  it('files that are cut off, wherever', async () => {
    const pixels = {
      width: 40,
      height: 30,
      data: Uint8Array.from({ length: 4800 }, (_, i) => (i * 37) % 256),
    };
    const whole = [
      Buffer.from(encode({ ...pixels, channels: 4 })),
      Buffer.from(jpeg.encode(pixels, 90).data),
    ];
    for (const file of whole)
      for (let length = 0; length < file.length; length += 41)
        expect(await refusal(file.subarray(0, length))).toMatch(
          /^\/.*picture: (is no PNG|cannot be decoded)/,
        );
  });
});

/** The same corners as a WebP, without loss, as libwebp writes them. */
const cornersInWebp = Buffer.from(
  'UklGRkQAAABXRUJQVlA4TDgAAAAvAkAAAC9AmG20fQ/x/D2mQSZtk7sS59/HyKRt2ncS599H5z/QyCNZ8x0Uso0Ah+4VOKWL6H8MLw==',
  'base64',
);

/** A chunk of a RIFF file. */
function riff(name: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${name}....`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

/** As cameras write it: extended, 3×2 pixels, with an EXIF block behind the picture. */
function turnedWebp(block: Buffer): Buffer {
  const extended = riff('VP8X', Uint8Array.from([8, 0, 0, 0, 2, 0, 0, 1, 0, 0]));
  const chunks = [extended, cornersInWebp.subarray(12), riff('EXIF', block)];
  return riff('RIFF', Buffer.concat([Buffer.from('WEBP'), ...chunks]));
}

describe('a picture is seen as its camera says', () => {
  const [red, green, blue, white, dark, grey] = [0, 1, 2, 3, 4, 5].map((i) => [
    ...corners.subarray(4 * i, 4 * i + 3),
  ]);
  /** Three columns and two rows, as they are seen: EXIF's own figure. */
  it.each([
    [1, [red, green, blue, white, dark, grey]],
    [2, [blue, green, red, grey, dark, white]],
    [3, [grey, dark, white, blue, green, red]],
    [4, [white, dark, grey, red, green, blue]],
    [5, [red, white, green, dark, blue, grey]],
    [6, [white, red, dark, green, grey, blue]],
    [7, [grey, blue, dark, green, white, red]],
    [8, [blue, grey, green, dark, red, white]],
  ])('turned by %i', async (orientation, seen) => {
    const plain = Buffer.from(encode({ width: 3, height: 2, data: corners, channels: 4 }));
    const block = exif(orientation);
    const named = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), block]);
    const files = {
      PNG: Buffer.concat([plain.subarray(0, 33), chunk('eXIf', block), plain.subarray(33)]),
      WebP: turnedWebp(block),
      "WebP, with JPEG's name before it": turnedWebp(named),
    };
    for (const [form, file] of Object.entries(files)) {
      const { width, height, data } = await read(file);
      expect([width, height], form).toEqual(orientation < 5 ? [3, 2] : [2, 3]);
      expect(
        seen.map((_, i) => [...data.subarray(4 * i, 4 * i + 3)]),
        form,
      ).toEqual(seen);
    }
  });

  it('in a JPEG too', async () => {
    const data = Uint8Array.from({ length: 16 * 8 * 4 }, (_, i) =>
      i % 4 === 3 ? 255 : i % 64 < 32 ? 250 : 5,
    );
    const plain = Buffer.from(jpeg.encode({ width: 16, height: 8, data }, 95).data);
    const block = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif(6)]);
    const segment = Buffer.alloc(4);
    segment.set([0xff, 0xe1]);
    segment.writeUInt16BE(block.length + 2, 2);
    const turned = await read(Buffer.concat([plain.subarray(0, 2), segment, block, plain.subarray(2)]));
    expect([turned.width, turned.height]).toEqual([8, 16]);
    expect(turned.data[0]).toBeGreaterThan(200);
    expect(turned.data[4 * 8 * 15]).toBeLessThan(50);
  });
});
