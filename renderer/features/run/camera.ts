import { useCallback, useEffect, useRef, useState } from 'react';

/** Asks for pictures of about this size; networks see far smaller ones. */
const WANTED = { width: 640, height: 480 };

export type CameraState =
  | { readonly kind: 'off' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'on'; readonly stream: MediaStream }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string };

/**
 * The camera of whoever uses this: off until asked, and off again as soon as its user is gone, even when the question
 * whether it may be used is answered only then.
 */
export function useCamera(): {
  readonly camera: CameraState;
  readonly switchOn: () => Promise<void>;
  readonly switchOff: () => void;
} {
  const [camera, setCamera] = useState<CameraState>({ kind: 'off' });
  const held = useRef<MediaStream>(undefined);
  /** Counts what was asked for; an answer to an older question finds nobody who wants it. */
  const asked = useRef(0);

  const letGo = useCallback((): void => {
    asked.current++;
    if (held.current) stop(held.current);
    held.current = undefined;
  }, []);
  useEffect(() => letGo, [letGo]);

  const switchOff = useCallback((): void => {
    letGo();
    // A refusal stays to be read.
    setCamera((now) => (now.kind === 'refused' ? now : { kind: 'off' }));
  }, [letGo]);

  const switchOn = useCallback(async (): Promise<void> => {
    letGo();
    const own = asked.current;
    setCamera({ kind: 'asking' });
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', 'NotSupportedError');
      const stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
      if (asked.current !== own) {
        stop(stream);
        return;
      }
      held.current = stream;
      for (const track of stream.getTracks()) {
        // It was unplugged, or forbidden while it ran; a track that we stop ourselves says nothing.
        track.addEventListener('ended', () => {
          if (asked.current !== own) return;
          letGo();
          setCamera({ kind: 'refused', ...whyNot(new DOMException('', 'NotFoundError')) });
        });
      }
      setCamera({ kind: 'on', stream });
    } catch (error) {
      if (asked.current === own) setCamera({ kind: 'refused', ...whyNot(error) });
    }
  }, [letGo]);

  return { camera, switchOn, switchOff };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

const refusalTitles = {
  denied: 'The camera was not allowed.',
  missing: 'There is no camera here.',
  busy: 'The camera is in use by another program.',
  unsupported: 'This host gives no access to a camera.',
} as const;
const adviceTitles = {
  denied: 'Allow it in the settings of the system or the browser, or use a photo.',
  missing: 'Plug one in, or use a photo.',
  busy: 'Close that program, or use a photo.',
  unsupported: 'Use a photo, or the desktop app.',
} as const;

function whyNot(error: unknown): { readonly message: string; readonly hint: string } {
  const reason = reasonOf(error instanceof DOMException ? error.name : '');
  return { message: refusalTitles[reason], hint: adviceTitles[reason] };
}

/** By the names of getUserMedia's failures (W3C Media Capture and Streams). */
function reasonOf(name: string): keyof typeof refusalTitles {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'unsupported';
  }
}
