import './methods.css';
import './methodDetails.css';
import { useLayoutEffect } from 'preact/hooks';
import { TYPED } from '../parts/attributes.ts';
import { Icon } from '../parts/Icon.tsx';
import { Section } from '../parts/Section.tsx';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import { Method, type MethodModel } from './Method.tsx';
import { methodList } from './methodList.ts';
import { Presets, type PresetsModel } from './Presets.tsx';

declare module '../marks.ts' {
  interface Marks {
    /** A method, by its id. */
    'data-method'?: Text;
    'data-method-status'?:
      | 'off'
      | 'idle'
      | 'queued'
      | 'waiting'
      | 'away'
      | 'done'
      | 'failed'
      | 'unavailable'
      | undefined;
    /** The one method whose map is painted by itself. */
    'data-solo'?: Flag;
    'data-method-toggle'?: Text;
    'data-method-group'?: Text;
    /** Opens the list of all methods. */
    'data-methods-door'?: Flag;
    'data-method-filter'?: Flag;
    /** Stops a method while it runs: its map is dropped. */
    'data-method-cancel'?: Text;
    /** Stops a method while it runs: its map is kept as it is. */
    'data-method-keep'?: Text;
    /** How far a method is. */
    'data-so-far'?: Flag;
    /** A map that was stopped before its end: the share of the run. */
    'data-partial'?: Text;
    /** A number reported with a map, by its name, with `data-value`. */
    'data-figure'?: Text;
    /** `ID.heatmap` or `ID.best`. */
    'data-superpixel-view'?: Text;
    'data-superpixel-count'?: Text;
    'data-superpixel-outlines'?: Text;
    /** A parameter of a method, `ID.NAME`, in its form. */
    'data-parameter'?: Text;
    /** It is not the default. */
    'data-changed'?: Flag;
    /** It is not applied yet. */
    'data-draft'?: Flag;
    /** On a colour bar: the value under the pointer. */
    'data-legend-marker'?: Flag;
    /** The menu of presets, with `data-preset`. */
    'data-presets'?: Text;
    /** The preset in force: an id, `defaults` or `own`. */
    'data-preset'?: Text;
    'data-favourite-toggle'?: Text;
    'data-method-page'?: Text;
    /** Leads from a method to its faithfulness. */
    'data-method-faithfulness'?: Text;
  }
}

interface MethodsProps {
  readonly actions: Actions;
  readonly methods: readonly MethodModel[] | null;
  /** Whose point the legends mark. */
  readonly sight: Sight;
  readonly presets: PresetsModel | null;
  readonly waiting: boolean;
  readonly collapsed: boolean;
  /** All methods are listed, not only the favourites and those that are on. */
  readonly all: boolean;
  readonly filter: string;
}

/** The explainers, favourites first: each has a switch, and below it the state of its heatmap if it is on. */
export function Methods({ actions, methods, sight, presets, waiting, collapsed, all, filter }: MethodsProps) {
  const { top, door, groups } = methodList(methods ?? [], all, filter);
  const list = (models: readonly MethodModel[]) =>
    models.map((model) => <Method key={model.row.info.id} model={model} sight={sight} actions={actions} />);
  useLayoutEffect(() => {
    // A render in between may still be of the moment before all were listed.
    if (focusWanted && !collapsed && all && methods) focusList();
  });
  return (
    <Section id="methods" title="Methods" collapsed={collapsed} actions={actions}>
      {presets && <Presets {...presets} actions={actions} />}
      <div class="methods-list">
        {/* A single list with keys, so that a method that moves in it keeps its open form. */}
        {[
          ...list(top),
          door !== null && (
            <button
              key="door"
              class="section-toggle door"
              type="button"
              data-methods-door=""
              aria-expanded={all}
              onClick={() => actions.adjust({ allMethods: !all, methodFilter: '' })}
            >
              <Icon name="down" class="twistie" />
              <span>{door}</span>
            </button>
          ),
          door !== null && all && (
            <input
              key="filter"
              {...TYPED}
              type="search"
              class="text method-filter"
              placeholder="Find a method"
              aria-label="Find a method"
              data-method-filter=""
              value={filter}
              onInput={({ currentTarget }) => actions.adjust({ methodFilter: currentTarget.value })}
            />
          ),
          ...groups.flatMap(({ title, methods: members }) => [
            <h3 key={title} class="method-group" data-method-group={title}>
              {title}
            </h3>,
            ...list(members),
          ]),
          door !== null && all && groups.length === 0 && (
            <p key="none" class="empty">
              No method matches.
            </p>
          ),
        ]}
      </div>
      {methods === null && waiting && (
        <div class="skeleton" aria-hidden="true">
          <div />
          <div />
          <div />
        </div>
      )}
    </Section>
  );
}

let focusWanted = false;

/** Lists all methods and focuses their filter once it exists. */
export function focusMethods(actions: Actions): void {
  focusWanted = true;
  actions.methods.showAll();
}

function focusList(): void {
  const find = (selector: string) => document.querySelector<HTMLElement>(`.methods-list ${selector}`);
  const target = find('[data-method-filter]') ?? find('[data-method-toggle]:not([disabled])');
  if (!target) return;
  focusWanted = false;
  target.focus();
}
