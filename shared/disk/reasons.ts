/** What the system's codes mean, as part of a sentence. */
const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is used up',
  EFBIG: 'the file is larger than the disk takes',
  EROFS: 'the disk is read-only',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the link leads in a circle',
  EBUSY: 'another program holds it',
  ETXTBSY: 'another program holds it',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports an error',
  ENXIO: 'nobody listens there',
  EPIPE: 'the other side closed the pipe',
};

/** Everything that `sentenceOf` says in words of its own. */
export const sentences = (): readonly string[] => [...new Set(Object.values(meanings))].map(asSentence);

const asSentence = (reason: string): string =>
  `${reason.charAt(0).toUpperCase()}${reason.slice(1).replace(/\.$/, '')}.`;

/** The code that the system gives with an error; undefined where it is none of the system's. */
export function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What went wrong with a file, as part of a sentence: `the disk is full`. */
export function reasonOf(error: unknown): string {
  const known = meanings[codeOf(error) ?? ''];
  return known ?? (error instanceof Error ? error.message : String(error));
}

/** The same as a sentence of its own: `The disk is full.` */
export const sentenceOf = (error: unknown): string => asSentence(reasonOf(error));
