import { useEffect, useRef, useState } from 'preact/hooks';
import type { AnyParameters, ParameterSpec } from '../../explainers/contracts/parameters.ts';
import type { LayerInfo, MethodInfo } from '../../explainers/contracts/results.ts';
import { own, setOwn } from '../../explainers/tables.ts';
import { flag } from '../parts/attributes.ts';
import { Button, IconButton } from '../parts/toolkit.tsx';
import { boundsText, ParameterField, type Value } from './ParameterField.tsx';
import { parameterTitle } from './parameterTitles.ts';

interface ParametersFormProps {
  readonly method: Pick<MethodInfo, 'id' | 'parameters' | 'defaults'>;
  /** The user's changes. */
  readonly changed: AnyParameters;
  readonly layers: readonly LayerInfo[];
  /** Changes are collected until the user clicks “Run”, because each would start minutes of work. */
  readonly deferred: boolean;
  readonly apply: (changed: AnyParameters) => void;
}

/** Not yet applied, by name; null: back to the default. */
type Drafts = Readonly<Record<string, Value | null>>;

/** Changes that follow each other faster than this are applied together. */
const PAUSE = 300;

/**
 * A form generated from a method's parameter schema: one row each, changes marked, and buttons that restore the
 * defaults.
 */
export function ParametersForm({ method, changed, layers, deferred, apply }: ParametersFormProps) {
  const [drafts, setDrafts] = useState<Drafts>({});
  const [problems, setProblems] = useState<Readonly<Record<string, string | null>>>({});
  /** The latest values for a timer or key press that follows immediately. */
  const latest = useRef<Drafts>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const draft = (now: Drafts) => {
    latest.current = now;
    setDrafts(now);
  };
  const flush = () => {
    clearTimeout(timer.current);
    const pending = Object.entries(latest.current);
    if (pending.length === 0) return;
    const next: Record<string, Value> = { ...changed };
    for (const [name, value] of pending) {
      if (value === null) delete next[name];
      else setOwn(next, name, value);
    }
    draft({});
    apply(next);
  };
  const usual = (name: string) => own(method.defaults, name) ?? own(method.parameters, name)!.default;
  const change = (name: string, value: Value | null) => {
    const wanted = value === usual(name) ? null : value;
    const { [name]: _, ...others } = latest.current;
    draft(wanted === (own(changed, name) ?? null) ? others : { ...others, [name]: wanted });
    clearTimeout(timer.current);
    if (!deferred) timer.current = setTimeout(() => current.current(), PAUSE);
  };
  const current = useRef(flush);
  current.current = flush;

  return (
    <div class="parameters">
      <div class="parameters-list">
        {Object.entries(method.parameters).map(([name, spec]) => {
          const drafted = Object.hasOwn(drafts, name);
          const chosen = drafted ? (own(drafts, name) ?? null) : (own(changed, name) ?? null);
          const title = parameterTitle(method.id, name, 'unit' in spec ? spec.unit : undefined);
          const back = `${title}: back to ${usual(name)}`;
          return (
            <div
              key={name}
              class="parameter"
              data-parameter={`${method.id}.${name}`}
              data-changed={flag(chosen !== null)}
              data-draft={flag(drafted)}
            >
              <div class="parameter-control">
                <ParameterField
                  title={title}
                  name={name}
                  spec={spec}
                  value={chosen ?? usual(name)}
                  layers={layers}
                  onChange={(value) => change(name, value)}
                  onTyped={(value) => deferred && change(name, value)}
                  onInvalid={(message) =>
                    setProblems((all) => (own(all, name) === message ? all : { ...all, [name]: message }))
                  }
                  onSubmit={() => current.current()}
                />
                <IconButton icon="undo" label={back} hidden={chosen === null} onClick={() => change(name, null)} />
              </div>
              <p class="invalid" role="alert" hidden={!own(problems, name)}>
                {own(problems, name) ?? ''}
              </p>
              <p class="about">{[spec.about, rangeText(spec)].filter(Boolean).join(' ')}</p>
            </div>
          );
        })}
      </div>
      <div class="buttons" hidden={!deferred || Object.keys(drafts).length === 0}>
        <Button appearance="primary" onClick={flush}>
          Run with these
        </Button>
        <Button onClick={() => draft({})}>Discard</Button>
      </div>
      <Button
        hidden={Object.keys(changed).length === 0}
        onClick={() => {
          draft({});
          apply({});
        }}
      >
        Use the defaults
      </Button>
    </div>
  );
}

function rangeText(spec: ParameterSpec): string {
  const bounds = spec.kind === 'integer' || spec.kind === 'number' ? boundsText(spec) : '';
  return bounds && `(${bounds})`;
}
