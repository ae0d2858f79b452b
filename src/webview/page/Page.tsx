import { useEffect, useMemo, useRef } from 'preact/hooks';
import { agreementTable } from '../agreement/agreementTable.ts';
import { useMask } from '../agreement/useMask.ts';
import { focusClasses } from '../classes/Classes.tsx';
import { comparedText } from '../classes/classList.ts';
import { DrawingFrame } from '../drawing/DrawingFrame.tsx';
import { LayoutBar } from '../layouts/LayoutBar.tsx';
import { OverlayNotes } from '../layouts/OverlayNotes.tsx';
import { Pictures } from '../layouts/Pictures.tsx';
import { focusMethods } from '../methods/Methods.tsx';
import { custom, flag } from '../parts/attributes.ts';
import { readingAt, readingText } from '../stage/reading.ts';
import { StageMessage } from '../stage/StageMessage.tsx';
import { Sight } from '../stage/sight.ts';
import type { OnPainted, StageModel } from '../stage/stage.ts';
import type { Actions } from '../state/actions.ts';
import { addableClasses } from '../state/addableClasses.ts';
import { versionsOf } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import { blockerOf } from './blocker.ts';
import { Footer } from './Footer.tsx';
import { Help, toggleHelp } from './Help.tsx';
import { listenForKeys } from './keyboard.ts';
import { Notice } from './Notice.tsx';
import { obstacle } from './obstacle.ts';
import { SideBar } from './SideBar.tsx';
import { Splitter } from './Splitter.tsx';
import { maskedMap, shownIn, withMask } from './shown.ts';
import { status } from './status.ts';

/** Where VS Code's menu for pictures opens. */
const PICTURE_MENU = JSON.stringify({ webviewSection: 'picture', preventDefaultContextMenuItems: true });

interface PageProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly onPainted: OnPainted;
  /** False: the picture alone, whose place does not change when the rest follows. */
  readonly whole: boolean;
}

/** The whole page, at one moment. */
export function Page({ actions, scene, onPainted, whole }: PageProps) {
  const { state, replies, keys, prediction } = scene;
  const { contents, notice } = state.resource;
  const { ui, navigation } = state;
  const help = useRef<HTMLDialogElement>(null);
  const sight = useMemo(() => new Sight(), []);
  useEffect(
    () =>
      listenForKeys({
        actions,
        zoomer: sight,
        help: () => toggleHelp(help),
        findClass: focusClasses,
        findMethod: () => focusMethods(actions),
      }),
    [],
  );

  const display = replies.get('display', keys.display);
  const blocker = blockerOf(scene);
  const explaining = blocker.kind === 'none' || blocker.kind === 'loading';
  const shown = shownIn(scene);
  const { rows, picture, wishes, opacity, top } = shown;
  const on = (rows ?? []).filter((row) => row.on);
  const table = explaining ? agreementTable(scene, on) : null;
  const regions = table?.empty === null;
  const needed = ui.layout === 'overlay' && (ui.masks || (ui.outline ?? regions));
  const { level, drawn } = useMask(maskedMap(scene, shown, table !== null), ui.measure, needed);
  const model = withMask(scene, shown, drawn, regions);
  const { text, busy } = status(scene, rows ?? []);
  const stop = obstacle(state)?.kind;
  return (
    <div
      class="page"
      data-ready={flag(contents !== null)}
      style={ui.sidebar === null ? {} : custom({ '--sidebar': `${ui.sidebar}px` })}
    >
      <Notice notice={notice} actions={actions} comparable={versionsOf(state).length > 0} />
      <main class={busy ? 'viewer busy' : 'viewer'} aria-busy={busy}>
        {rows && (
          <LayoutBar
            actions={actions}
            layout={ui.layout}
            both={ui.layout === 'grid' && navigation.other ? ui.gridModels : null}
            addable={addableClasses(scene)}
          >
            {ui.layout === 'overlay' && (
              <OverlayNotes
                model={model}
                level={level}
                top={top}
                label={scene.selected?.label ?? ''}
                compared={comparedText(scene)}
              />
            )}
          </LayoutBar>
        )}
        <div class="stage-frame" data-vscode-context={PICTURE_MENU}>
          <Pictures
            actions={actions}
            scene={scene}
            model={model}
            sight={sight}
            look={{ picture, wishes, opacity }}
            onPainted={onPainted}
          />
          <DrawingFrame actions={actions} scene={scene} picture={picture} sight={sight} />
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
          sight={sight}
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
      {whole ? (
        <SideBar
          actions={actions}
          scene={scene}
          blocker={blocker}
          rows={rows}
          shown={shown.overlays}
          sight={sight}
          wishes={wishes}
          opacity={opacity}
          table={table}
          mask={{ level, title: top?.info.title ?? null, outline: model.outline !== null }}
        />
      ) : (
        <aside class="sidebar" aria-label="Explanation" />
      )}
      <Help dialog={help} />
    </div>
  );
}

function readout(point: readonly [number, number], { overlays: shown }: StageModel): string {
  const place = `x ${Math.floor(point[0])}  y ${Math.floor(point[1])}`;
  const values = shown.map(({ info, explained }) => `${info.title} ${readingText(readingAt(explained.map, point))}`);
  return [place, ...values].join('   ');
}
