/** Codes of a network that is not there, or does not answer. */
const network =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|CERT_|socket hang up/;

/** What electron-builder was after when it failed: a tool or a binary, by the lines before. */
function wantedIn(said) {
  const [, url] = /(?:url=|from |GET )(https?:\/\/\S+)/.exec(said) ?? [];
  if (url) return url.replace(/[,;'")]+$/, '');
  const [, electron] = /electron=(\S+)/.exec(said) ?? [];
  return electron ? `Electron ${electron}` : 'a tool of electron-builder';
}

/** A sentence for how packaging failed, from all that was said. */
export function failureOf(said) {
  const [, first = 'electron-builder failed without a word'] = /⨯\s+([^\n]*)/.exec(said) ?? [];
  if (network.test(said)) {
    const [, host] = /(?:ENOTFOUND|EAI_AGAIN)\s+(\S+)/.exec(said) ?? [];
    const from = host ? ` from ${host}` : '';
    return `Could not fetch ${wantedIn(said)}${from}: packaging needs the network once, or --config.electronDist=FOLDER.`;
  }
  // The trace is the builder's own, and says nothing to whoever packages.
  return `Packaging failed: ${first.replace(/\s*(failedTask|stackTrace)=.*$/, '')}`;
}
