import { figure } from '../format.ts';
import { custom } from '../parts/attributes.ts';
import { Choice } from '../parts/controls.tsx';
import { Problem } from '../parts/Problem.tsx';
import { ProgressLine } from '../parts/ProgressLine.tsx';
import type { Actions } from '../state/actions.ts';
import { type SourceBar, type SourcesModel, WITHIN, type WithinInput } from './sourceShares.ts';

declare module '../marks.ts' {
  interface Marks {
    /** The contribution of a source, by its name, with `data-value`. */
    'data-source'?: Text;
    /** What a method gives within an input, by its name. */
    'data-within'?: Text;
    /** A token of a text, with `data-value`. */
    'data-token'?: Text;
  }
}

interface SourcesProps {
  readonly actions: Actions;
  readonly model: SourcesModel;
}

/** How much the image and each further input contribute to the class, and what of each. */
export function Sources({ actions, model }: SourcesProps) {
  const { label, key, status, fraction, error, bars, sum, baselines, method, within, refused } = model;
  return (
    <div class="sources-content" aria-busy={status === 'waiting'}>
      <p class="note">{`How much each source contributes to ${label} (Shapley values of the logit).`}</p>
      {status === 'waiting' && (
        <ProgressLine message="Running the model without each source…" fraction={fraction} buttons={null} />
      )}
      {error && <Problem error={error} actions={actions} again={() => actions.retry(key)} compact />}
      <Bars bars={bars} />
      {sum && (
        <p class="note">
          {`Logit ${figure(sum[0])}; ${figure(sum[1])} with every source at its baseline (${baselines}). The values add up to the difference${Math.abs(sum[2]) < 1e-5 ? '' : ` but for ${figure(sum[2])}`}.`}
        </p>
      )}
      <Choice
        class="sources-within"
        title="Within them"
        label="Method within the sources"
        options={WITHIN}
        value={method}
        onSelect={(id) => actions.adjust({ sourcesMethod: id })}
      />
      {refused && <p class="note">{refused}</p>}
      {within.map((each) =>
        each.tokens ? (
          <Tokens key={each.input} within={each} />
        ) : (
          <Bars key={each.input} bars={each.bars} within={each.input} />
        ),
      )}
    </div>
  );
}

/** Bars to the right support the class, those to the left contradict it. */
function Bars({ bars, within }: { readonly bars: readonly SourceBar[]; readonly within?: string }) {
  if (bars.length === 0) return null;
  return (
    <ul class="source-bars" data-within={within}>
      {bars.map(({ name, text, value, error, share }) => (
        <li
          key={name}
          {...(within === undefined && { 'data-source': name })}
          data-value={value}
          aria-label={`${name}${text ? ` (${text})` : ''}: ${figure(value)}, ${value < 0 ? 'contradicts' : 'supports'} the class`}
          title={`${name}${text ? ` = ${text}` : ''}\n${value}${error === null ? '' : ` ± ${error} (standard error)`}`}
        >
          <span class="source-name">
            {name}
            {text && <span class="source-text">{` ${text}`}</span>}
          </span>
          <span class="source-bar" aria-hidden="true">
            <span
              class={value < 0 ? 'source-fill contradicts' : 'source-fill'}
              style={custom({ '--share': Math.abs(share) })}
            />
          </span>
          <span class="source-value">{`${figure(value)}${error === null ? '' : ` ± ${figure(error)}`}`}</span>
        </li>
      ))}
    </ul>
  );
}

/** The text with its tokens coloured by what each contributes. */
function Tokens({ within: { input, bars } }: { readonly within: WithinInput }) {
  return (
    <p class="tokens" data-within={input}>
      {bars.map(({ name, value, share }, i) =>
        name === '' ? null : (
          <span
            key={`${i} ${name}`}
            class={value < 0 ? 'token contradicts' : 'token'}
            data-token={name}
            data-value={value}
            style={custom({ '--share': Math.abs(share) })}
            title={`${name}: ${value}`}
          >
            {name}
            <span class="unseen">{` ${figure(value)}`}</span>
          </span>
        ),
      )}
    </p>
  );
}
