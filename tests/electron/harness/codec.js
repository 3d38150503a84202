// What crosses between Electron's processes, as JSON: the same text runs in Node and in the page.
// Functions and symbols are refused as Electron refuses them.
// biome-ignore lint/correctness/noUnusedVariables: whoever injects this text uses it.
const codec = {
  encode(value) {
    const seen = [];
    const write = (v) => {
      if (v === undefined) return { $: 'undefined' };
      if (typeof v === 'function' || typeof v === 'symbol') throw new Error('An object could not be cloned.');
      if (typeof v === 'bigint') return { $: 'bigint', v: String(v) };
      if (v === null || typeof v !== 'object') return v;
      if (seen.includes(v)) throw new Error('Cyclic values are not covered.');
      if (ArrayBuffer.isView(v)) {
        let text = '';
        const all = new Uint8Array(v.buffer, v.byteOffset, v.byteLength);
        for (let i = 0; i < all.length; i += 32768)
          text += String.fromCharCode(...all.subarray(i, i + 32768));
        return { $: 'bytes', v: btoa(text) };
      }
      seen.push(v);
      const written = Array.isArray(v)
        ? v.map(write)
        : { $: 'object', v: Object.entries(v).map(([key, member]) => [key, write(member)]) };
      seen.pop();
      return written;
    };
    return JSON.stringify(write(value));
  },
  decode(text) {
    const read = (v) => {
      if (v === null || typeof v !== 'object') return v;
      if (Array.isArray(v)) return v.map(read);
      if (v.$ === 'undefined') return undefined;
      if (v.$ === 'bigint') return BigInt(v.v);
      if (v.$ === 'bytes') return Uint8Array.from(atob(v.v), (character) => character.charCodeAt(0));
      return Object.fromEntries(v.v.map(([key, member]) => [key, read(member)]));
    };
    return read(JSON.parse(text));
  },
};
