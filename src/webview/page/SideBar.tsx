import '../findings/findings.css';
import '../inputs/inputs.css';
import type { MethodInfo, PresetInfo } from '../../explainers/contracts/results.ts';
import { own } from '../../explainers/tables.ts';
import { Agreement } from '../agreement/Agreement.tsx';
import type { AgreementTable } from '../agreement/agreementTable.ts';
import type { MaskLevel } from '../agreement/mapMask.ts';
import { Classes } from '../classes/Classes.tsx';
import { classList } from '../classes/classList.ts';
import { inputFields } from '../inputs/inputFields.ts';
import { useLater } from '../later/useLater.ts';
import { Methods } from '../methods/Methods.tsx';
import { type MethodRow, mapKinds } from '../methods/methodRows.ts';
import type { PresetsModel } from '../methods/Presets.tsx';
import { currentPreset } from '../methods/presets.ts';
import { OverlayControls } from '../overlay/OverlayControls.tsx';
import type { Overlay } from '../overlay/overlays.ts';
import type { Look, LookWishes } from '../stage/heatmap.ts';
import type { Sight } from '../stage/sight.ts';
import type { Actions } from '../state/actions.ts';
import type { Scene } from '../state/scene.ts';
import { ownParameters } from '../state/selection.ts';
import type { State } from '../state/state.ts';
import { USUAL_METHODS } from '../state/ui.ts';
import type { Blocker } from './blocker.ts';
import { ModelLine } from './ModelLine.tsx';
import { Obstacle } from './Obstacle.tsx';
import { RareSections } from './RareSections.tsx';

interface SideBarProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly blocker: Blocker;
  readonly rows: readonly MethodRow[] | null;
  readonly shown: readonly (Overlay & { readonly look: Look })[];
  readonly sight: Sight;
  readonly wishes: LookWishes;
  readonly opacity: number;
  /** Null while nothing can be compared. */
  readonly table: AgreementTable | null;
  readonly mask: { readonly level: MaskLevel | null; readonly title: string | null; readonly outline: boolean };
}

/** Everything next to the image: the model, the classes, the methods, and how their maps are shown and measured. */
export function SideBar(props: SideBarProps) {
  const { actions, scene, blocker, rows, shown, sight, wishes, opacity, table, mask } = props;
  const { state, description, prediction, image } = scene;
  const { contents } = state.resource;
  const { ui, navigation } = state;
  const explaining = blocker.kind === 'none' || blocker.kind === 'loading';
  const waiting = prediction === null && explaining;
  const on = (rows ?? []).filter((row) => row.on);
  const favourites = ui.favourites ?? [...(contents?.settings.methods ?? []), ...USUAL_METHODS];
  const models = rows?.map((row) => ({
    row,
    legend: shown.find((each) => each.info.id === row.info.id)?.look ?? null,
    changed: ownParameters(state, row.info.id),
    layers: description?.layers ?? [],
    favourite: favourites.includes(row.info.id),
  }));
  const { presets } = scene.catalogue;
  const fields = inputFields(scene);
  const findings = (contents?.findings ?? []).filter((each) => each.image === image);
  const later = useLater(fields !== null || findings.length > 0);
  const inputs = fields && later && (
    <later.Inputs actions={actions} fields={fields} collapsed={scene.folded('inputs')} />
  );
  return (
    <aside class="sidebar" aria-label="Explanation">
      <ModelLine
        actions={actions}
        model={navigation.model}
        models={contents?.models ?? []}
        workspace={contents?.workspace ?? null}
        description={description}
      />
      <Obstacle blocker={blocker} actions={actions} />
      {explaining && (
        <>
          {later && findings.length > 0 && (
            <later.Findings
              actions={actions}
              findings={findings}
              kinds={scene.catalogue.findingKinds}
              selected={scene.index}
              collapsed={scene.folded('findings')}
            />
          )}
          <Classes
            actions={actions}
            list={classList(scene)}
            waiting={waiting}
            filter={ui.filter}
            order={ui.order}
            numbers={ui.classNumbers}
            collapsed={scene.folded('classes')}
          />
          {inputs}
          <Methods
            actions={actions}
            methods={models ?? null}
            sight={sight}
            presets={description && presetsModel(state, description.methods, presets)}
            waiting={waiting}
            collapsed={scene.folded('methods')}
            all={ui.allMethods}
            filter={ui.methodFilter}
          />
          <OverlayControls
            actions={actions}
            overlay={ui.overlay}
            annotations={ui.annotations}
            opacity={opacity}
            masks={ui.masks}
            wishes={wishes}
            kinds={mapKinds(on)}
            found={scene.annotations}
            collapsed={scene.folded('overlay')}
          />
        </>
      )}
      {/* Without a value there are no scores; the form is where it is given. */}
      {!explaining && inputs}
      {table && (
        <Agreement
          actions={actions}
          table={table}
          controls={{ measure: ui.measure, ...mask }}
          collapsed={scene.folded('agreement')}
        />
      )}
      {table && <RareSections actions={actions} scene={scene} on={on} />}
    </aside>
  );
}

/** Null if there is nothing to choose. */
function presetsModel(
  state: State,
  methods: readonly MethodInfo[],
  presets: readonly PresetInfo[],
): PresetsModel | null {
  const usable = presets.filter((preset) => methods.some(({ id }) => own(preset.methods, id)));
  if (usable.length === 0) return null;
  const titles = Object.fromEntries(methods.map(({ id, title }) => [id, title]));
  return { presets: usable, current: currentPreset(state, methods, usable), titles };
}
