import { ImageUp } from 'lucide-react';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { pickFile } from '../../state/pick-file.ts';
import { useRun } from '../../state/run/run-store.ts';
import { useTheApp } from '../../state/use-app.ts';
import { useFocusTarget } from '../../state/use-focus.ts';

/** Where a photo is dropped or picked. */
export function PhotoZone() {
  const app = useTheApp();
  const reading = useRun((state) => state.reading);
  const leave = useRun((state) => state.leave);
  const take = useRun((state) => state.take);
  const [over, setOver] = useState(false);
  const pick = async (): Promise<void> => {
    const file = await pickFile(app, 'image');
    if (file) await take(new Blob([file.bytes as Uint8Array<ArrayBuffer>]), file.name);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drop zone around a button that does the same.
    <div
      className={`drop-zone${over ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        const file = event.dataTransfer.files[0];
        if (file) void take(file, file.name);
      }}
    >
      {reading === undefined ? (
        <Waiting onPick={() => void pick()} />
      ) : (
        <Reading name={reading} onCancel={leave} />
      )}
    </div>
  );
}

/** The photo at hand, or the invitation to bring one. */
function Waiting({ onPick }: { readonly onPick: () => void }) {
  const t = useT();
  const photo = useRun((state) => state.photo);
  const input = useFocusTarget<HTMLButtonElement>('run.input');
  return (
    <>
      {photo ? <img src={photo.url} alt={photo.name} /> : <ImageUp size={26} aria-hidden="true" />}
      <button ref={input} type="button" className="link" onClick={onPick}>
        {photo ? photo.name : t('Drop a photo here, or pick one')}
      </button>
    </>
  );
}

/** Most photos are read before anybody could read this: it shows only after a while. */
function Reading({ name, onCancel }: { readonly name: string; readonly onCancel: () => void }) {
  const t = useT();
  return (
    <div className="progress is-late" role="status">
      <p>{t('Reading {{name}} …', { name })}</p>
      <progress aria-label={t('Progress')} />
      <button type="button" className="link" onClick={onCancel}>
        {t('Cancel')}
      </button>
    </div>
  );
}
