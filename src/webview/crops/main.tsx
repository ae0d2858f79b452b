import { render } from 'preact';
import type { CropsContents, CropsHostSide, CropsPageSide } from '../../explainers/protocol/cropsMessages.ts';
import { connectPage } from '../host.ts';
import './crops.css';
import { Pictures } from './pictures.ts';
import { Sheet } from './Sheet.tsx';

let contents: CropsContents | null = null;
const endpoint = connectPage<CropsPageSide, CropsHostSide>({
  requests: {},
  notifications: {
    states: ({ states }) => {
      if (!contents) return;
      show({ ...contents, tiles: contents.tiles.map((tile, i) => ({ ...tile, state: states[i] ?? tile.state })) });
    },
  },
});
/** Of a tile, on this display. */
const side = Math.ceil(116 * Math.min(2, window.devicePixelRatio));
const pictures = new Pictures((at) => endpoint.request('pictures', { at, side }));

function show(now: CropsContents): void {
  contents = now;
  render(
    <Sheet
      contents={now}
      pictures={pictures}
      judge={(at, action) => void endpoint.request('judge', { at, action }).catch(() => {})}
      open={(at) => void endpoint.request('open', { at }).catch(() => {})}
    />,
    document.body,
  );
}

endpoint
  .request('ready', {})
  .then(show, (thrown: { readonly message?: string }) =>
    show({ label: '', tiles: [], problem: thrown.message ?? 'The sheet could not be read.' }),
  );
