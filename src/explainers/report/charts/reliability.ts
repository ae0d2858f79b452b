import type { CalibrationRow } from '../tables/calibration.ts';
import { fixed, line, svg, text } from './chart.ts';
import { at, frame, SQUARE } from './density.ts';

/** Score against the share in which the class is there; a calibrated model lies on the diagonal. */
export function reliability({ label, bins, n }: CalibrationRow): string {
  const points = bins.flatMap(({ n: of, score, present }) =>
    score === null || present === null ? [] : [{ place: at(score, present), of }],
  );
  const path = points.map(({ place: [x, y] }) => `${fixed(x)},${fixed(y)}`).join(' ');
  const [x0, y0] = at(0, 0);
  const [x1, y1] = at(1, 1);
  return svg(SQUARE[0], SQUARE[1], `Calibration of ${label}`, [
    text(x0, 12, `${label}, n ${n}`, ' class="name"'),
    ...frame(['score', 'share present']),
    line(x0, y0, x1, y1, 'class="random"'),
    `<polyline points="${path}" fill="none" stroke="#0072b2" stroke-width="1.5"/>`,
    ...points.map(
      ({ place: [x, y], of }) =>
        `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${fixed(2 + 4 * Math.sqrt(of / n))}" fill="#0072b2"/>`,
    ),
  ]);
}
