import { agreementNumber, count, figure, score } from '../format.ts';
import { flag } from '../parts/attributes.ts';
import { Dropdown, TextField } from '../parts/controls.tsx';
import { Problem } from '../parts/Problem.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';
import { type MapPair, type ModelsCompared as Model, type ScorePair, versionTitle } from './modelsCompared.ts';

declare module '../marks.ts' {
  interface Marks {
    /** The menu of what is compared. */
    'data-other'?: Flag;
    /** A class whose scores are compared, with `data-difference`. */
    'data-score-pair'?: Text;
    'data-difference'?: Text;
    'data-flipped'?: Flag;
    'data-version-name'?: Flag;
    /** Labels that only one of the models has. */
    'data-unmatched'?: Flag;
  }
}

interface ModelsComparedProps {
  readonly actions: Actions;
  readonly compared: Model;
}

const NONE = '';

/** This model compared with another one, or with how it was before it was trained on. */
export function ModelsCompared({ actions, compared }: ModelsComparedProps) {
  const { other, models, versions, title, error, waiting, unknown } = compared;
  const value = !other ? NONE : other.kind === 'model' ? `model:${other.path}` : `version:${other.revision}`;
  const options: readonly (readonly [string, string])[] = [
    [NONE, 'Compare with nothing'],
    ...versions.map((each) => [`version:${each.revision}`, `Before: ${versionTitle(each)}`] as const),
    ...models.map(([path, name]) => [`model:${path}`, name] as const),
  ];
  const choose = (chosen: string) => {
    const [kind, rest] = [chosen.split(':', 1)[0], chosen.slice(chosen.indexOf(':') + 1)];
    if (kind === 'model') actions.versions.compareWith({ kind, path: rest });
    else if (kind === 'version') actions.versions.compareWith({ kind, revision: Number(rest) });
    else actions.versions.compareWith(null);
  };
  const version = other?.kind === 'version' ? versions.find(({ revision }) => revision === other.revision) : undefined;
  return (
    <>
      <div class="model-choice">
        <Dropdown label="Compare with" data-other="" options={options} value={value} onSelect={choose} />
        <IconButton
          icon="folder"
          label="Compare with another model file…"
          onClick={() => void actions.versions.compareWithFile()}
        />
      </div>
      {version && (
        <TextField
          label="Name of this version"
          placeholder="Name of this version"
          data-version-name=""
          value={version.name ?? ''}
          onText={(text) => actions.versions.name(version.revision, text)}
        />
      )}
      {error && <Problem error={error} actions={actions} again={() => actions.retry()} compact />}
      {waiting && <p class="note">{`Opening ${title}…`}</p>}
      {unknown && <p class="note">This image was not shown while the model was as it was then.</p>}
      {compared.scores.length > 0 && <Scores compared={compared} title={title!} actions={actions} />}
      <Unmatched compared={compared} title={title} />
      {compared.maps.map((pair) => (
        <Maps key={pair.method} pair={pair} title={title!} />
      ))}
    </>
  );
}

function Scores({
  compared,
  title,
  actions,
}: {
  readonly compared: Model;
  readonly title: string;
  readonly actions: Actions;
}) {
  const { scores, flipped } = compared;
  return (
    <table class="score-pairs">
      <caption>
        {flipped === 0 ? 'No class changed sides.' : `${count(flipped, 'class', 'classes')} changed sides.`}
      </caption>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col">This</th>
          <th scope="col" title={title}>
            {title}
          </th>
          <th scope="col" title="Difference">
            Diff.
          </th>
        </tr>
      </thead>
      <tbody>
        {scores.map((pair) => (
          <ScoreRow key={pair.index} pair={pair} actions={actions} />
        ))}
      </tbody>
    </table>
  );
}

function ScoreRow({ pair, actions }: { readonly pair: ScorePair; readonly actions: Actions }) {
  const { index, label, difference, flipped, selected } = pair;
  return (
    <tr
      data-score-pair={index}
      data-difference={difference}
      data-flipped={flag(flipped)}
      class={selected ? 'selected' : ''}
    >
      <th scope="row">
        <button class="link" type="button" title={label} onClick={() => actions.chooseClass(index)}>
          {label}
        </button>
        {flipped && <span class="flipped"> changed sides</span>}
      </th>
      <td>{score(pair.score)}</td>
      <td>{score(pair.other)}</td>
      <td>{`${difference >= 0 ? '+' : ''}${figure(difference)}`}</td>
    </tr>
  );
}

/** More are counted. */
const NAMED = 8;

function Unmatched({ compared, title }: { readonly compared: Model; readonly title: string | null }) {
  const lists = [
    ['Only here', compared.onlyHere],
    [`Only in ${title}`, compared.onlyThere],
  ] as const;
  return (
    <>
      {lists.map(([heading, labels]) =>
        labels.length === 0 ? null : (
          <p key={heading} class="note" data-unmatched="">
            {`${heading}: ${labels.slice(0, NAMED).join(', ')}${labels.length > NAMED ? ` and ${count(labels.length - NAMED, 'more class', 'more classes')}` : ''}.`}
          </p>
        ),
      )}
    </>
  );
}

function Maps({ pair, title }: { readonly pair: MapPair; readonly title: string }) {
  if (pair.missing !== null) return <p class="note">{`${pair.title}: ${pair.missing}`}</p>;
  if (pair.metrics.length === 0) return null;
  const number = (value: number | null) => (value === null ? '–' : agreementNumber(value));
  return (
    <table class="score-pairs">
      <caption>{pair.title}</caption>
      <thead>
        <tr>
          <th scope="col">Agreement</th>
          <th scope="col">This</th>
          <th scope="col" title={title}>
            {title}
          </th>
        </tr>
      </thead>
      <tbody>
        {pair.metrics.map((metric) => (
          <tr key={metric.title}>
            <th scope="row">{metric.title}</th>
            <td>{number(metric.value)}</td>
            <td>{number(metric.other)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
