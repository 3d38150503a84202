import { ImageUp } from 'lucide-react';
import { useState } from 'react';
import { host } from '../../host/host.ts';
import { useT } from '../../i18n/i18n.ts';
import { useRun } from './run-store.ts';

/** Where a photo is dropped or picked. */
export function PhotoZone() {
  const t = useT();
  const photo = useRun((state) => state.photo);
  const take = useRun((state) => state.take);
  const [over, setOver] = useState(false);
  const pick = async (): Promise<void> => {
    const file = await host.openFile({ kind: 'image' });
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
      {photo ? <img src={photo.url} alt={photo.name} /> : <ImageUp size={26} aria-hidden="true" />}
      <button type="button" className="link" onClick={() => void pick()}>
        {photo ? photo.name : t('Drop a photo here, or pick one')}
      </button>
    </div>
  );
}
