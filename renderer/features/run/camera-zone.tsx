import { Camera, CameraOff, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { runByItself } from '../../state/run/by-itself.ts';
import { problemFrom } from '../../state/run/outcome.ts';
import { readPicture } from '../../state/run/picture.ts';
import { useRun } from '../../state/run/run-store.ts';
import { useApp, useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';
import { useCamera } from './camera.ts';

/** The camera, switched on only when asked and off as soon as a picture is taken or something else is looked at. */
export function CameraZone() {
  const app = useTheApp();
  const t = useT();
  const shot = useRun((state) => state.shot);
  const set = useRun((state) => state.set);
  const input = useFocusTarget<HTMLButtonElement>('run.input');
  const video = useRef<HTMLVideoElement>(null);
  const { camera, switchOn, switchOff } = useCamera();
  /** Before the first picture came, there is nothing to take. */
  const [lit, setLit] = useState(false);
  const looksOn = useApp((state) => state.panel === 'run');
  // This panel stays in the page while another is looked at.
  useEffect(() => {
    if (!looksOn) switchOff();
  }, [looksOn, switchOff]);
  const stream = camera.kind === 'on' ? camera.stream : undefined;
  useEffect(() => {
    setLit(false);
    if (stream && video.current) video.current.srcObject = stream;
  }, [stream]);

  const snap = async (): Promise<void> => {
    if (!video.current) return;
    const { videoWidth: width, videoHeight: height } = video.current;
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.drawImage(video.current, 0, 0);
    switchOff();
    try {
      const picture = await readPicture(await canvas.convertToBlob(), t('Camera'));
      shot?.close();
      set({ shot: picture, pictureProblem: undefined });
      await runByItself(app);
    } catch (error) {
      set({ pictureProblem: problemFrom(error) });
    }
  };

  if (camera.kind === 'on') {
    return (
      <div className="camera" data-testid="camera">
        <video ref={video} autoPlay muted playsInline onLoadedData={() => setLit(true)} />
        <button
          type="button"
          className="button is-small is-primary"
          disabled={!lit}
          onClick={() => void snap()}
        >
          <Camera size={13} /> {t('Take the picture')}
        </button>
      </div>
    );
  }
  if (camera.kind === 'refused') {
    return (
      <div className="drop-zone" role="alert" data-testid="camera-refused">
        <CameraOff size={22} aria-hidden="true" />
        <span>{t(camera.message)}</span>
        <span className="hint">{t(camera.hint)}</span>
        <button ref={input} type="button" className="link" onClick={() => void switchOn()}>
          {t('Try again')}
        </button>
      </div>
    );
  }
  return (
    <div className="drop-zone">
      {shot ? <img src={shot.url} alt={shot.name} /> : <Camera size={26} aria-hidden="true" />}
      <button
        ref={input}
        type="button"
        className="link"
        disabled={camera.kind === 'asking'}
        onClick={() => void switchOn()}
      >
        {shot ? <RotateCcw size={12} /> : null}{' '}
        {camera.kind === 'asking'
          ? t('Waiting for the camera …')
          : shot
            ? t('Another picture')
            : t('Switch the camera on')}
      </button>
    </div>
  );
}
