/** Serves the app from its sources at a loopback port, with the headers of the built one; what changes in them changes in the page. */
export function serveSources(options?: {
  /** The checkout that the sources lie in. */
  readonly tree?: string;
  readonly port?: number;
  /** Whether pages may show each other in frames. */
  readonly framed?: boolean;
  readonly logLevel?: 'info' | 'warn' | 'error' | 'silent';
}): Promise<{ readonly url: string; readonly close: () => Promise<void> }>;
