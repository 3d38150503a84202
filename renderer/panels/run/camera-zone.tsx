import { Camera, CameraOff, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { runByItself } from './by-itself.ts';
import { decodePicture } from './picture.ts';
import { useRun } from './run-store.ts';

/** Asks for pictures of about this size; networks see far smaller ones. */
const WANTED = { width: 640, height: 480 };

type Light =
  | { readonly kind: 'off' }
  | { readonly kind: 'asking' }
  | { readonly kind: 'on'; readonly stream: MediaStream }
  | { readonly kind: 'refused'; readonly message: string; readonly hint: string };

/** The camera, switched on only when asked and off as soon as a picture is taken or something else is looked at. */
export function CameraZone() {
  const t = useT();
  const shot = useRun((state) => state.shot);
  const set = useRun((state) => state.set);
  const video = useRef<HTMLVideoElement>(null);
  const [light, setLight] = useState<Light>({ kind: 'off' });
  const stream = light.kind === 'on' ? light.stream : undefined;
  useEffect(() => {
    if (stream && video.current) video.current.srcObject = stream;
    return () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, [stream]);

  const switchOn = async (): Promise<void> => {
    setLight({ kind: 'asking' });
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', 'NotSupportedError');
      setLight({
        kind: 'on',
        stream: await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false }),
      });
    } catch (error) {
      setLight({ kind: 'refused', ...whyNot(error) });
    }
  };
  const snap = async (): Promise<void> => {
    const { videoWidth: width = 0, videoHeight: height = 0 } = video.current ?? {};
    if (!video.current || width === 0) return;
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(video.current, 0, 0);
    const picture = await decodePicture(await canvas.convertToBlob(), t('Camera'));
    if (shot) URL.revokeObjectURL(shot.url);
    set({ shot: picture });
    setLight({ kind: 'off' });
    await runByItself();
  };

  if (light.kind === 'on') {
    return (
      <div className="camera">
        <video ref={video} autoPlay muted playsInline />
        <button type="button" className="button is-small is-primary" onClick={() => void snap()}>
          <Camera size={13} /> {t('Take the picture')}
        </button>
      </div>
    );
  }
  if (light.kind === 'refused') {
    return (
      <div className="drop-zone" role="alert" data-testid="camera-refused">
        <CameraOff size={22} aria-hidden="true" />
        <span>{t(light.message)}</span>
        <span className="hint">{t(light.hint)}</span>
        <button type="button" className="link" onClick={() => void switchOn()}>
          {t('Try again')}
        </button>
      </div>
    );
  }
  return (
    <div className="drop-zone">
      {shot ? <img src={shot.url} alt={shot.name} /> : <Camera size={26} aria-hidden="true" />}
      <button
        type="button"
        className="link"
        disabled={light.kind === 'asking'}
        onClick={() => void switchOn()}
      >
        {shot ? <RotateCcw size={12} /> : null}{' '}
        {light.kind === 'asking'
          ? t('Waiting for the camera …')
          : shot
            ? t('Another picture')
            : t('Switch the camera on')}
      </button>
    </div>
  );
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
