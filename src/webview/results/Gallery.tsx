import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Pictures } from '../crops/pictures.ts';
import { useScrolled } from '../parts/useScrolled.ts';
import type { Ask } from './ask.ts';
import type { RowCache } from './rowCache.ts';
import { sightOf } from './scrolling.ts';
import { isWrong, number, OUTCOME_TITLES } from './Table.tsx';

/** Pixels of a tile with its caption. */
const [WIDE, HIGH] = [150, 176];
/** Tiles around the view whose pictures are requested too. */
const AROUND = 60;

interface GalleryProps {
  readonly rows: RowCache;
  readonly ask: Ask;
  readonly open: (at: number) => void;
}

/** The rows as pictures of their images, of which only those in view are in the page. */
export function Gallery({ rows, ask, open }: GalleryProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const view = useScrolled(scroller, { top: 0, width: 800, height: 600 });
  const [, setArrived] = useState(0);
  const total = rows.total ?? 0;
  const side = Math.ceil((WIDE - 10) * Math.min(2, window.devicePixelRatio));
  const pictures = useMemo(
    () => new Pictures((at) => ask('pictures', { images: at.map((each) => rows.row(each)?.image ?? ''), side })),
    [rows],
  );
  const columns = Math.max(1, Math.floor(view.width / WIDE));
  const { height, first, last, offset } = sightOf(Math.ceil(total / columns), HIGH, view.top, view.height);
  const [from, to] = [first * columns, Math.min(total, last * columns)];
  rows.want(from, to + AROUND);
  const known = rows.row(from) !== undefined;
  useEffect(() => {
    const near = Array.from({ length: Math.max(0, Math.min(total, to + AROUND) - from) }, (_, i) => from + i);
    pictures.want(
      near.filter((at) => rows.row(at)),
      () => setArrived((count) => count + 1),
    );
  }, [from, to, total, pictures, known]);
  return (
    <div class="gallery" ref={scroller} data-gallery="">
      <div class="rows" role="presentation" style={{ height: `${height}px` }}>
        {Array.from({ length: Math.max(0, to - from) }, (_, i) => {
          const place = from + i;
          const row = rows.row(place);
          const url = pictures.url(place);
          const [x, y] = [(i % columns) * WIDE, offset + Math.floor(i / columns) * HIGH];
          return (
            <div
              key={place}
              class="tile"
              data-result={place}
              data-result-blank={row ? undefined : ''}
              style={{ transform: `translate(${x}px, ${y}px)` }}
            >
              {row && (
                <button type="button" title={row.image} onClick={() => open(place)}>
                  {url ? (
                    <img src={url} alt={row.image} draggable={false} />
                  ) : (
                    <span class="none">{url === null ? 'no picture' : ''}</span>
                  )}
                  <span>{`${row.label} ${number(row.score)}`}</span>
                  <span
                    class={isWrong(row.outcome) ? 'wrong' : ''}
                  >{`${row.method} ${number(row.values[0] ?? null)} ${OUTCOME_TITLES[row.outcome]}`}</span>
                </button>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
