import { layOut } from '../../shared/layout/layout.ts';
import type { LayoutJob } from '../../shared/layout/model.ts';

// Large networks are laid out off the main thread, so that the window answers and the work can be cancelled.
addEventListener('message', ({ data }: MessageEvent<LayoutJob>) => {
  const { places } = layOut(data.nodes, data.wires, data.options);
  postMessage(places);
});
