import { useRef } from 'preact/hooks';
import type { MethodInfo } from '../../explainers/contracts/results.ts';
import { figure, score } from '../format.ts';
import { custom } from '../parts/attributes.ts';
import { IconButton } from '../parts/toolkit.tsx';
import { listenForPointer, STILL } from '../stage/pointer.ts';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import { gridClasses } from '../state/gridClasses.ts';
import { comparedName } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { Cursor } from './Cursor.tsx';
import { PointedValue } from './PointedValue.tsx';
import { type Pane, type PaneLook, usePaneMasks, weakText } from './panes.ts';
import { gridPanes } from './shownPanes.ts';
import { TileFrame } from './TileFrame.tsx';
import { useGestures } from './useGestures.ts';

declare module '../marks.ts' {
  interface Marks {
    'data-grid'?: Flag;
    /** A picture of the grid: `METHOD:INDEX`, `METHOD:INDEX:other`. Its canvas has `data-painted`. */
    'data-pane'?: Text;
    'data-pane-status'?: Text;
    /** A canvas of a grid or a split view. */
    'data-tile'?: Flag;
    /** A column of the grid, by its class, and a row, by its method. */
    'data-grid-class'?: Text;
    'data-grid-method'?: Text;
    /** A column of the model that is compared with. */
    'data-grid-other'?: Flag;
    /** Of a picture: the value under the pointer. */
    'data-pointed'?: Flag;
  }
}

interface GridProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly sight: Sight;
  readonly look: PaneLook;
}

/** A picture for each method (row) and class (column); they zoom, move and point together. */
export function Grid({ actions, scene, sight, look }: GridProps) {
  const methods = scene.active;
  const classes = gridClasses(scene);
  const { panes, columns } = gridPanes(scene, look);
  usePaneMasks(scene, panes);
  const name = comparedName(scene.state);
  const at = (row: number, column: number) => panes[row * columns.length + column]!;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame
    <div
      class="grid-view"
      role="group"
      aria-label="Methods and classes"
      data-grid=""
      style={custom({ '--columns': columns.length, '--rows': methods.length })}
    >
      {columns.map(({ index, other }, column) =>
        other ? (
          <OtherHead key={`${index} other`} pane={at(0, column)} place={column} name={name} />
        ) : (
          <ColumnHead
            key={index}
            pane={at(0, column)}
            place={column}
            rank={classes.indexOf(index)}
            last={classes.length - 1}
            actions={actions}
          />
        ),
      )}
      {methods.flatMap((method, row) => [
        <RowHead key={method.id} method={method} place={row} last={methods.length - 1} actions={actions} />,
        ...columns.map(({ index, other }, column) => (
          <GridPane
            key={`${method.id}:${index}:${other}`}
            method={method}
            index={index}
            other={other ? name : null}
            pane={at(row, column)}
            sight={sight}
            leads={row + column === 0}
            actions={actions}
            place={[row + 2, column + 2]}
          />
        )),
      ])}
    </div>
  );
}

interface HeadProps {
  readonly place: number;
  readonly last: number;
  readonly actions: Actions;
}

function ColumnHead({
  pane: { index, label, score: value },
  place,
  rank,
  last,
  actions,
}: HeadProps & { readonly pane: Pane /** Among the classes. */; readonly rank: number }) {
  return (
    <div class="grid-head column-head" data-grid-class={index} style={custom({ '--at': place + 2 })}>
      <span class="grid-title" title={label}>
        {label}
      </span>
      <span class="grid-score">{value === null ? '' : score(value)}</span>
      <span class="grid-tools">
        <IconButton
          icon="left"
          label={`Move ${label} to the left`}
          disabled={rank === 0}
          onClick={() => actions.layouts.moveColumn(index, -1)}
        />
        <IconButton
          icon="right"
          label={`Move ${label} to the right`}
          disabled={rank === last}
          onClick={() => actions.layouts.moveColumn(index, 1)}
        />
        <IconButton
          icon="close"
          label={`Remove ${label} from the grid`}
          disabled={last === 0}
          onClick={() => actions.layouts.dropColumn(index)}
        />
      </span>
    </div>
  );
}

/** The column of the model that is compared with. */
function OtherHead({
  pane: { method, label, score: value },
  place,
  name,
}: {
  readonly pane: Pane;
  readonly place: number;
  readonly name: string;
}) {
  return (
    <div class="grid-head column-head" data-grid-other="" style={custom({ '--at': place + 2 })}>
      <span class="grid-title" title={`${label}, by the ${name}`}>
        {method ? name.charAt(0).toUpperCase() + name.slice(1) : 'No such class'}
      </span>
      <span class="grid-score">{method && value !== null ? score(value) : ''}</span>
    </div>
  );
}

function RowHead({ method: { id, title }, place, last, actions }: HeadProps & { readonly method: MethodInfo }) {
  return (
    <div class="grid-head row-head" data-grid-method={id} style={custom({ '--at': place + 2 })}>
      <span class="grid-title" title={title}>
        {title}
      </span>
      <span class="grid-tools">
        <IconButton
          icon="up"
          label={`Move ${title} up`}
          disabled={place === 0}
          onClick={() => actions.layouts.moveRow(id, -1)}
        />
        <IconButton
          icon="down"
          label={`Move ${title} down`}
          disabled={place === last}
          onClick={() => actions.layouts.moveRow(id, 1)}
        />
        <IconButton icon="close" label={`Switch ${title} off`} onClick={() => actions.methods.toggle(id)} />
      </span>
    </div>
  );
}

interface GridPaneProps {
  readonly pane: Pane;
  /** Of the row, and the class of this model of the column. */
  readonly method: MethodInfo;
  readonly index: number;
  /** What the model is called that is compared with; null: the map is this model's. */
  readonly other: string | null;
  readonly sight: Sight;
  readonly leads: boolean;
  readonly actions: Actions;
  /** Row and column, from 1. */
  readonly place: readonly [number, number];
}

function GridPane({ pane, method, index, other, sight, leads, actions, place: [row, column] }: GridPaneProps) {
  const element = useRef<HTMLDivElement>(null);
  const pressed = useRef<readonly [number, number]>([0, 0]);
  useGestures(element, (surface) => listenForPointer(surface, sight));
  const { label, reply } = pane;
  const title = `${method.title} for ${label}${other ? ` by the ${other}` : ''}`;
  const enlarge = () =>
    other ? actions.layouts.compareClass(method.id, index) : actions.layouts.enlarge(method.id, index);
  return (
    <figure
      class="grid-pane"
      data-pane={`${method.id}:${index}${other ? ':other' : ''}`}
      data-pane-status={reply.status}
      style={custom({ '--row': row, '--column': column })}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: a button could not be dragged */}
      <div
        ref={element}
        class="tile-surface"
        role="button"
        tabIndex={0}
        aria-label={`${title}: ${other ? 'compare' : 'enlarge'}`}
        onPointerDown={({ clientX, clientY }) => (pressed.current = [clientX, clientY])}
        onClick={({ clientX, clientY }) => {
          const [x, y] = pressed.current;
          if (Math.hypot(clientX - x, clientY - y) < STILL) enlarge();
        }}
        onKeyDown={(event) => event.key === 'Enter' && enlarge()}
      >
        <TileFrame model={pane.model} sight={sight} leads={leads} />
        <Cursor sight={sight} />
        {pane.overlay && <PointedValue sight={sight} map={pane.overlay.explained.map} others={pane.others} />}
        {!pane.overlay && <span class="tile-message">{messageOf(pane)}</span>}
      </div>
      <figcaption>{captionOf(pane)}</figcaption>
    </figure>
  );
}

function messageOf({ reply }: Pane): string {
  if (reply.status === 'failed') return reply.error.kind === 'cancelled' ? 'Stopped' : reply.error.message;
  if (reply.status !== 'waiting') return 'Waiting…';
  const { progress } = reply;
  return progress?.fraction ? `${Math.round(progress.fraction * 100)} %` : 'Computing…';
}

/** The range of the colours, how strong the map is in comparison with the top class's, and its figures. */
function captionOf({ overlay, weak, figures }: Pane) {
  if (!overlay) return '';
  const { min, max } = overlay.look.range;
  const range = `${figure(min)} … ${figure(max)}`;
  return (
    <>
      <span class="pane-range">{range}</span>
      {weak !== null && <span class="pane-weak">{weakText(weak)}</span>}
      {figures.map((each) => (
        <span key={each}>{each}</span>
      ))}
    </>
  );
}
