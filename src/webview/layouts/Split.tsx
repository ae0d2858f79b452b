import { useRef, useState } from 'preact/hooks';
import { own, table } from '../../explainers/tables.ts';
import { custom } from '../parts/attributes.ts';
import { Dropdown } from '../parts/controls.tsx';
import { listenForPointer } from '../stage/pointer.ts';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import { gridClasses } from '../state/gridClasses.ts';
import { comparedName } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { splitSides } from '../state/splitSides.ts';
import type { SideWish } from '../state/ui.ts';
import { Cursor } from './Cursor.tsx';
import { PointedValue } from './PointedValue.tsx';
import { type Pane, type PaneLook, usePaneMasks, weakText } from './panes.ts';
import { splitPanes } from './shownPanes.ts';
import { TileFrame } from './TileFrame.tsx';
import { useGestures } from './useGestures.ts';

declare module '../marks.ts' {
  interface Marks {
    'data-split'?: Flag;
    /** A side of the split view, with the menu of what it shows. */
    'data-side'?: 'left' | 'right' | undefined;
    /** The divider. */
    'data-divider'?: Flag;
  }
}

interface SplitSide {
  readonly wish: SideWish;
  readonly pane: Pane;
}

interface SplitProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly sight: Sight;
  readonly look: PaneLook;
}

const STEP = 0.02;
/** Keys of the divider: from its position to the new one. */
const MOVES = table<(at: number) => number>({
  ArrowLeft: (at) => at - STEP,
  ArrowRight: (at) => at + STEP,
  Home: () => 0,
  End: () => 1,
});
const SIDES = ['left', 'right'] as const;

/** Two pictures of the image in one place: the left one up to the divider, the right one from there on. */
export function Split({ actions, scene, sight, look }: SplitProps) {
  const { at } = scene.state.ui.split;
  const [left, right] = splitSides(scene);
  const panes = splitPanes(scene, scene.index!, look);
  usePaneMasks(scene, panes);
  const [leftPane, rightPane] = panes;
  const sides: readonly [SplitSide, SplitSide] = [
    { wish: left, pane: leftPane! },
    { wish: right, pane: rightPane! },
  ];
  const choices = choicesOf(scene);
  const element = useRef<HTMLDivElement>(null);
  useGestures(element, (surface) => listenForPointer(surface, sight));
  const percent = Math.round(at * 100);
  return (
    <div class="split-view" data-split="" style={custom({ '--at': `${at * 100}%` })}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame */}
      <div
        ref={element}
        class="tile-surface split-surface"
        role="group"
        tabindex={0}
        aria-roledescription="image viewer"
        aria-label={`${titleOf(sides[0], scene)} on the left, ${titleOf(sides[1], scene)} on the right`}
      >
        <TileFrame model={sides[0].pane.model} sight={sight} leads class="left-side" />
        <TileFrame model={sides[1].pane.model} sight={sight} leads={false} class="right-side" />
        <Cursor sight={sight} />
      </div>
      <Divider at={at} percent={percent} onMove={(to) => actions.layouts.moveDivider(to)} />
      {sides.map((side, i) => (
        <div key={SIDES[i]} class={`side side-${SIDES[i]}`} data-side={SIDES[i]}>
          <Dropdown
            label={`What the ${SIDES[i]} side shows`}
            options={choices.map(([wish, title]) => [keyOf(wish), title])}
            value={keyOf(side.wish)}
            onSelect={(key) => {
              const found = choices.find(([wish]) => keyOf(wish) === key);
              if (found) actions.layouts.showOnSide(SIDES[i]!, found[0]);
            }}
          />
          {side.pane.overlay && (
            <PointedValue sight={sight} map={side.pane.overlay.explained.map} others={side.pane.others} />
          )}
          {side.pane.weak !== null && <span class="pane-weak">{weakText(side.pane.weak)}</span>}
        </div>
      ))}
    </div>
  );
}

/** The image alone, the maps of the class being explained, and those of the other classes of the grid. */
function choicesOf(scene: Scene): readonly (readonly [SideWish, string])[] {
  const { active, index, prediction } = scene;
  const label = (of: number) => prediction?.scores.find((each) => each.index === of)?.label ?? `class ${of}`;
  const others = gridClasses(scene).filter((each) => each !== index);
  return [
    [{ method: null, index: null }, 'Image alone'],
    ...active.map(({ id, title }) => [{ method: id, index: null }, title] as const),
    ...others.flatMap((of) =>
      active.map(({ id, title }) => [{ method: id, index: of }, `${title}: ${label(of)}`] as const),
    ),
    ...(scene.state.navigation.other
      ? active.flatMap(({ id, title }): (readonly [SideWish, string])[] => [
          [{ method: id, index: null, of: 'other' }, `${title}: ${comparedName(scene.state)}`],
          [{ method: id, index: null, of: 'difference' }, `${title}: difference`],
        ])
      : []),
  ];
}

const keyOf = ({ method, index, of }: SideWish) => `${method ?? ''}:${index ?? ''}:${of ?? ''}`;

function titleOf({ wish, pane: { method, label } }: SplitSide, { state }: Scene): string {
  if (!method) return 'the image alone';
  const of = { other: ` by the ${comparedName(state)}`, difference: ', the difference of the two models' };
  return `${method.title} for ${label}${wish.of ? of[wish.of] : ''}`;
}

interface DividerProps {
  readonly at: number;
  readonly percent: number;
  readonly onMove: (to: number) => void;
}

function Divider({ at, percent, onMove }: DividerProps) {
  const [dragging, setDragging] = useState(false);
  const to = (x: number, { left, width }: DOMRect) => onMove((x - left) / width);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved
    <div
      class={dragging ? 'divider dragging' : 'divider'}
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Divider between the two sides"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      data-divider=""
      onPointerDown={({ pointerId, currentTarget }) => {
        currentTarget.setPointerCapture(pointerId);
        setDragging(true);
      }}
      onPointerMove={({ pointerId, currentTarget, clientX }) => {
        if (currentTarget.hasPointerCapture(pointerId))
          to(clientX, currentTarget.parentElement!.getBoundingClientRect());
      }}
      onPointerUp={() => setDragging(false)}
      onKeyDown={(event) => {
        const move = own(MOVES, event.key)?.(at);
        if (move === undefined) return;
        onMove(move);
        event.preventDefault();
      }}
    />
  );
}
