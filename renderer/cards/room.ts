import { useEffect, useRef, useState } from 'react';

/** The size of an element, for what is drawn to fill it. */
export function useRoom() {
  const frame = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState({ widthPixels: 900, heightPixels: 200 });
  useEffect(() => {
    const element = frame.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() =>
      setRoom({ widthPixels: element.clientWidth, heightPixels: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, room] as const;
}
