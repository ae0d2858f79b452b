import type { InputLook, TensorRange } from '../../explainers/contracts/setUp.ts';
import { figure, score } from '../format.ts';
import { StatusLine } from '../parts/StatusLine.tsx';

interface LookProps {
  /** Null: the model is running. */
  readonly look: InputLook | null;
  /** The address of its picture. */
  readonly picture: string | null;
}

/** The image as the network sees it, with the numbers of the tensor and the best classes. */
export function Look({ look, picture }: LookProps) {
  if (!look || picture === null) return <StatusLine>Running the model …</StatusLine>;
  const { all, channels, best, settings, size } = look;
  const order = settings.bands || settings.channels === 'gray' ? '' : settings.channels.toUpperCase();
  const shown = channels.length > 1 ? channels.slice(0, 3) : [];
  return (
    <>
      <img class="seen" src={picture} alt={`The input tensor, ${size[1]} × ${size[0]}`} />
      <p class="muted small">
        {size[1]} × {size[0]}. The smallest value is black, the largest white
        {shown.length > 1 ? '; the first channel is shown red, the second green, the third blue.' : '.'}
      </p>
      <table data-ranges="">
        <thead>
          <tr>
            <th scope="col">Tensor</th>
            <th scope="col">Min.</th>
            <th scope="col">Max.</th>
            <th scope="col">Mean</th>
          </tr>
        </thead>
        <tbody>
          <Range name="All" range={all} />
          {shown.map((range, i) => (
            <Range key={i} name={`${i + 1}${order && `, ${order[i]}`}`} range={range} />
          ))}
        </tbody>
      </table>
      <ol class="best" data-best-classes="">
        {best.map(({ index, label, score: value }) => (
          <li key={index}>
            <span class="trial-label">{label}</span> <span class="trial-score">{score(value)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Range({ name, range: { min, max, mean } }: { readonly name: string; readonly range: TensorRange }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{figure(min)}</td>
      <td class="number">{figure(max)}</td>
      <td class="number">{figure(mean)}</td>
    </tr>
  );
}
