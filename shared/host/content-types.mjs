const types = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  wasm: 'application/wasm',
  ttf: 'font/ttf',
  woff2: 'font/woff2',
};

/** What a file of the app is by its name's ending, for browsers that are told to guess nothing. */
export const contentTypeOf = (file) =>
  types[file.slice(file.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
