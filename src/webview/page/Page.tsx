import { useEffect, useMemo, useRef } from 'preact/hooks';
import { agreementTable } from '../agreement/agreementTable.ts';
import { maskOutline } from '../agreement/mapMask.ts';
import { useMask } from '../agreement/useMask.ts';
import { focusClasses } from '../classes/Classes.tsx';
import { figure } from '../format.ts';
import { focusMethods } from '../methods/Methods.tsx';
import { methodRows } from '../methods/methodRows.ts';
import { drawnShapes, overlays } from '../overlay/overlays.ts';
import { custom, flag } from '../parts/attributes.ts';
import { type LookWishes, looks, valueAt } from '../stage/heatmap.ts';
import type { MaskOutline } from '../stage/outline.ts';
import { Readings } from '../stage/readings.ts';
import { StageFrame } from '../stage/StageFrame.tsx';
import { StageMessage } from '../stage/StageMessage.tsx';
import type { Stage, StageEvents, StageModel } from '../stage/stage.ts';
import type { Actions } from '../state/actions.ts';
import type { Scene } from '../state/scene.ts';
import { blockerOf } from './blocker.ts';
import { Footer } from './Footer.tsx';
import { Help, toggleHelp } from './Help.tsx';
import { listenForKeys, type Zoomer } from './keyboard.ts';
import { Notice } from './Notice.tsx';
import { obstacle } from './obstacle.ts';
import { SideBar } from './SideBar.tsx';
import { Splitter } from './Splitter.tsx';
import { status } from './status.ts';

interface PageProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly onPainted: StageEvents['onPainted'];
}

/** The whole page, at one moment. */
export function Page({ actions, scene, onPainted }: PageProps) {
  const { state, replies, keys, prediction } = scene;
  const { contents, notice } = state.resource;
  const { ui, navigation } = state;
  const help = useRef<HTMLDialogElement>(null);
  const stage = useRef<Stage>(null);
  const readings = useMemo(() => new Readings(), []);
  const zoomer = useMemo(() => zoomerOf(stage), []);
  const events = useMemo<StageEvents>(
    () => ({
      onPoint: (point) => readings.set({ point }),
      onZoom: (zoom, fitted) => readings.set({ zoom, fitted }),
      onPainted,
    }),
    [],
  );
  useEffect(
    () =>
      listenForKeys({
        actions,
        zoomer,
        help: () => toggleHelp(help),
        findClass: focusClasses,
        findMethod: () => focusMethods(actions),
      }),
    [],
  );

  const display = replies.get('display', keys.display);
  const picture = display.status === 'done' ? display.value : null;
  const blocker = blockerOf(scene);
  const explaining = blocker.kind === 'none' || blocker.kind === 'loading';
  const rows = methodRows(scene);
  const wishes = wishesOf(scene);
  const opacity = ui.opacity ?? contents?.settings.opacity ?? 0.6;
  const plain = overlays(scene, rows ?? []);
  const look = looks(plain, wishes);
  const shown = plain.map((each, i) => ({ ...each, look: look[i]! }));
  const top = [...shown].reverse().find((each) => !each.refining);
  const on = (rows ?? []).filter((row) => row.on);
  const table = explaining ? agreementTable(scene, on) : null;
  const map = top?.explained.map;
  const level = useMask((table && !scene.folded('agreement') && map) || null, ui.measure);
  const mask: MaskOutline | null = map && level ? { map, evidence: ui.measure.evidence, level: level.level } : null;
  const outlined = mask !== null && (ui.outline ?? (table?.empty === null && isTidy(mask)));
  const best = top?.superpixels.view === 'best' && map?.superpixels !== undefined;
  const model: StageModel = {
    picture,
    overlays: shown,
    opacity,
    shapes: picture ? drawnShapes(scene) : [],
    outline: outlined && !best ? mask : null,
    geometry: prediction?.geometry ?? null,
  };
  const { text, busy } = status(scene, rows ?? []);
  const stop = obstacle(state)?.kind;
  return (
    <div
      class="page"
      data-ready={flag(contents !== null)}
      style={ui.sidebar === null ? {} : custom({ '--sidebar': `${ui.sidebar}px` })}
    >
      <Notice notice={notice} actions={actions} />
      <main class={busy ? 'viewer busy' : 'viewer'} aria-busy={busy}>
        <div class="stage-frame">
          <StageFrame model={model} events={events} onStage={(made) => (stage.current = made)} />
          <StageMessage
            actions={actions}
            display={display}
            echo={display.status === 'failed' && scene.saidOnce.before(display.error, keys.display)}
            onAgain={() => actions.readAgain()}
            blocked={stop === 'failed' || stop === 'empty'}
          />
          <p class="status" role="status" aria-live="polite" data-status="">
            {text}
          </p>
        </div>
        <Footer
          actions={actions}
          zoomer={zoomer}
          readings={readings}
          onHelp={() => toggleHelp(help)}
          images={navigation.images}
          current={navigation.current}
          workspace={contents?.workspace ?? null}
          size={picture?.info.size ?? null}
          notes={[...new Set([...(picture?.info.notes ?? []), ...(prediction?.notes ?? [])])]}
          readout={(point) => readout(point, model)}
        />
      </main>
      <Splitter width={ui.sidebar} onWidth={(sidebar) => actions.adjust({ sidebar })} />
      <SideBar
        actions={actions}
        scene={scene}
        blocker={blocker}
        rows={rows}
        shown={shown}
        wishes={wishes}
        opacity={opacity}
        table={table}
        mask={{ level, title: top?.info.title ?? null, outline: outlined }}
      />
      <Help dialog={help} />
    </div>
  );
}

/** How heatmaps become colours: the user's choice, else the settings'. */
function wishesOf({ state: { ui, resource } }: Scene): LookWishes {
  const colorMap = resource.contents?.settings.colorMap ?? 'auto';
  return {
    colorMaps: { signed: ui.colorMaps.signed ?? colorMap, unsigned: ui.colorMaps.unsigned ?? colorMap },
    range: ui.range,
    threshold: ui.threshold,
    weak: ui.weak,
  };
}

/** The stage, which exists only after the page does. */
function zoomerOf(stage: { readonly current: Stage | null }): Zoomer {
  return {
    zoom: (factor) => stage.current?.zoom(factor),
    fit: () => stage.current?.fit(),
    actualSize: () => stage.current?.actualSize(),
  };
}

/**
 * The masks of pixel methods are speckled, and their outlines would hide the image, so they are drawn only on request.
 */
function isTidy({ map, level, evidence }: MaskOutline): boolean {
  return maskOutline(map, level, evidence).length <= 25;
}

function readout(point: readonly [number, number], { overlays: shown }: StageModel): string {
  const place = `x ${Math.floor(point[0])}  y ${Math.floor(point[1])}`;
  const values = shown.map(({ info, explained }) => {
    const value = valueAt(explained.map, point);
    return `${info.title} ${value === null ? 'not seen by the model' : figure(value)}`;
  });
  return [place, ...values].join('   ');
}
