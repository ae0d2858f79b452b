import { useEffect, useState } from 'preact/hooks';
import type { Later } from './later.ts';

let loading: Promise<Later> | undefined;
let loaded: Later | null = null;

/** Loads the rarely opened parts of the page. */
export function loadLater(): Promise<Later> {
  loading ??= import('./later.ts').then(({ later }) => (loaded = later));
  return loading;
}

/** The rarely opened parts; null: nothing needs them, or they are being loaded. */
export function useLater(needed: boolean): Later | null {
  const [later, setLater] = useState(loaded);
  useEffect(() => {
    if (needed && !later) void loadLater().then((found) => setLater(found));
  }, [needed, later]);
  return needed ? later : null;
}
