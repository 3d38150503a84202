/** A sentence for what a browser says with one of its own names. */
export function sentenceOf(error: unknown): string {
  switch (error instanceof DOMException ? error.name : '') {
    case 'QuotaExceededError':
      return 'The disk is full.';
    case 'NotAllowedError':
    case 'SecurityError':
      return 'Permission denied.';
    case 'NoModificationAllowedError':
      return 'Another program holds it.';
    case 'NotFoundError':
      return 'There is no such file or folder.';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
