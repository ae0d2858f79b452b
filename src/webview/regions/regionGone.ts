import type { FixBox } from '../../explainers/contracts/labels/fix.ts';
import type { WhatIf, WhatRegion } from '../../explainers/contracts/whatIf.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { nameOf } from '../state/plan/planAgreement.ts';
import type { Scene } from '../state/scene.ts';
import { optionsOf } from '../state/selection.ts';
import type { RegionWish } from '../state/state.ts';

/** What hidden pixels become. */
export const HIDING: readonly (readonly [id: string, title: string])[] = [
  ['blur', 'Blurred'],
  ['inpaint', 'Inpainted'],
  ['zero', 'Training mean (0)'],
  ['black', 'Black'],
  ['white', 'White'],
  ['mean', 'Mean colour'],
];

/** Where a region may come from, by the value of the menu. */
export interface RegionChoice {
  readonly id: string;
  readonly title: string;
  readonly region: WhatRegion;
}

export interface RegionRow {
  readonly index: number;
  readonly label: string;
  readonly before: number;
  readonly after: number;
  readonly elsewhere: number | null;
}

export interface RegionModel {
  readonly label: string;
  readonly choices: readonly RegionChoice[];
  /** The chosen one; null: nothing to choose but a box that is not drawn yet. */
  readonly chosen: RegionChoice | null;
  readonly box: FixBox | null;
  readonly drawing: boolean;
  readonly hide: string;
  readonly alone: boolean;
  readonly key: string | null;
  readonly status: 'idle' | 'waiting' | 'done' | 'failed';
  readonly error: ErrorReport | null;
  readonly rows: readonly RegionRow[];
  readonly result: WhatIf | null;
}

const USUAL: RegionWish = { source: null, box: null, hide: 'blur', alone: false };
/** Classes listed besides the explained one. */
const OTHERS = 3;

/** What can be taken away now: what is drawn, the masks of the maps shown, their best superpixels, a box. */
function choicesOf(scene: Scene, box: FixBox | null): readonly RegionChoice[] {
  const { active, replies, keys, index, marks, selected } = scene;
  if (index === null) return [];
  const options = optionsOf(scene.state);
  const maps = active.flatMap(({ id, title }) => {
    const map = replies.value('explain', keys.explain(id, index))?.map;
    if (!map) return [];
    const name = nameOf(scene, map);
    const mask: RegionChoice = {
      id: `mask ${id}`,
      title: `the mask of ${title}`,
      region: { kind: 'mask', map: name, ...(options && { options }) },
    };
    const best: RegionChoice = {
      id: `best ${id}`,
      title: `the best superpixel of ${title}`,
      region: { kind: 'superpixels', map: name, count: 1 },
    };
    return map.superpixels ? [mask, best] : [mask];
  });
  return [
    ...(marks[index] === 'drawn' ? [{ id: 'drawn', title: `what is drawn for ${selected?.label ?? ''}`, region: { kind: 'drawn' } } as const] : []), // biome-ignore format: one line
    ...maps.toReversed(),
    ...(box ? [{ id: 'box', title: 'my box', region: { kind: 'box', ...box } } as const] : []),
  ];
}

/** The request for the region that is wanted, and its key; null: none is. */
export function regionWanted(scene: Scene) {
  const wish = scene.state.wishes.region ?? USUAL;
  const choices = choicesOf(scene, wish.box);
  const chosen = choices.find(({ id }) => id === wish.source) ?? choices[0] ?? null;
  const { hide, alone } = wish;
  const request = chosen && { region: chosen.region, hide, ...(alone && { alone }) };
  const key = request && scene.index !== null ? scene.keys.region(scene.index, request) : null;
  return { wish, choices, chosen, request, key };
}

/** Null while there is no class. */
export function regionModel(scene: Scene): RegionModel | null {
  const { state, selected, prediction, replies } = scene;
  if (!selected || !prediction) return null;
  const { wish, choices, chosen, key } = regionWanted(scene);
  const reply = key === null ? ({ status: 'idle' } as const) : replies.get('withoutRegion', key);
  const result = reply.status === 'done' ? reply.value : null;
  const others = [...prediction.scores]
    .filter(({ index }) => index !== selected.index)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, OTHERS);
  return {
    label: selected.label,
    choices,
    chosen,
    box: wish.box,
    drawing: state.resource.drawing !== null,
    hide: wish.hide,
    alone: wish.alone,
    key,
    status: reply.status === 'away' ? 'waiting' : reply.status,
    error: reply.status === 'failed' ? reply.error : null,
    rows: result
      ? [selected, ...others].map(({ index, label }) => ({
          index,
          label,
          before: result.before[index]!,
          after: result.after[index]!,
          elsewhere: result.elsewhere?.[index] ?? null,
        }))
      : [],
    result,
  };
}
