import { useState } from 'react';
import { useT } from '../i18n/i18n.ts';
import { useTheApp } from '../state/use-app.ts';

/** For a report: which program on what, where it broke, and what was done last; nothing of the user's work. */
export function CopyDetails({ details }: { readonly details: string }) {
  const { clipboard } = useTheApp();
  const t = useT();
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="button is-small"
      data-testid="copy-details"
      onClick={() => void clipboard.writeText(details).then(() => setCopied(true))}
    >
      {copied ? t('Copied') : t('Copy details')}
    </button>
  );
}
