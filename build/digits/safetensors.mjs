// Writes weights as safetensors: the length of a JSON header (64-bit little-endian), the header, and the values.

/** `parameters`: name, dims and value (float32) of each tensor. */
export function toSafetensors(parameters) {
  const entries = {};
  let offset = 0;
  for (const { name, dims, value } of parameters) {
    entries[name] = { dtype: 'F32', shape: dims, data_offsets: [offset, offset + 4 * value.length] };
    offset += 4 * value.length;
  }
  const json = JSON.stringify(entries);
  // Values begin at a multiple of eight bytes, so that they can be read where they lie.
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8), 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const values = parameters.map(({ value }) => Buffer.from(value.buffer, value.byteOffset, value.byteLength));
  return Buffer.concat([length, header, ...values]);
}
