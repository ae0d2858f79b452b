// Two models, or two versions of one, on the same image: their scores, what changed between them, and how their maps
// agree with the annotation.
import type { ClassScore } from '../../explainers/contracts/results.ts';
import type { ErrorReport } from '../../explainers/errors.ts';
import { agreementFor, visibleMetrics } from '../agreement/agreementTable.ts';
import { fileName } from '../format.ts';
import { matchClasses, otherIndex, otherScene, versionsOf } from '../state/other.ts';
import type { Scene } from '../state/scene.ts';
import type { Other, Version } from '../state/version.ts';

export interface ScorePair {
  readonly index: number;
  readonly label: string;
  readonly score: number;
  readonly other: number;
  /** This one's minus the other's. */
  readonly difference: number;
  /** One of them predicts the class, the other does not. */
  readonly flipped: boolean;
  readonly selected: boolean;
}

export interface MapPair {
  readonly method: string;
  readonly title: string;
  readonly metrics: readonly { readonly title: string; readonly value: number | null; readonly other: number | null }[];
  /** Why there is no map of the other; null: there is one, or it is on its way. */
  readonly missing: string | null;
}

export interface ModelsCompared {
  readonly other: Other | null;
  /** Models that can be chosen, with their names. */
  readonly models: readonly (readonly [path: string, name: string])[];
  readonly versions: readonly Version[];
  /** Names the other in headings; null: none is chosen. */
  readonly title: string | null;
  /** Why the other cannot be compared. */
  readonly error: ErrorReport | null;
  readonly waiting: boolean;
  /** An earlier version has no scores for this image, because it was not shown then. */
  readonly unknown: boolean;
  /** The selected one, those that flipped, then by how much they differ. */
  readonly scores: readonly ScorePair[];
  readonly flipped: number;
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
  readonly maps: readonly MapPair[];
}

/** As many differences as anybody reads. */
const SHOWN = 12;

export function modelsCompared(scene: Scene): ModelsCompared | null {
  const { state, prediction } = scene;
  const { contents } = state.resource;
  const { model, other } = state.navigation;
  if (!contents || model === null || !prediction) return null;
  const versions = versionsOf(state);
  const paths = [...new Set([...contents.models, ...(other?.kind === 'model' ? [other.path] : [])])];
  const models = paths.filter((path) => path !== model).map((path) => [path, fileName(path)] as const);
  const beside = otherScene(scene);
  const base = { other, models, versions, title: other && titleOf(other, versions) };
  const nothing = {
    error: null,
    waiting: false,
    unknown: false,
    scores: [],
    flipped: 0,
    onlyHere: [],
    onlyThere: [],
    maps: [],
  };
  if (!other || !beside) return { ...base, ...nothing };
  if (!beside.prediction) {
    const replies = (['describe', 'predict'] as const).map((kind) => beside.replies.get(kind, beside.keys[kind]));
    const failed = replies.find((reply) => reply.status === 'failed');
    const unknown = other.kind === 'version';
    return { ...base, ...nothing, error: failed?.error ?? null, waiting: !failed && !unknown, unknown };
  }
  const { matched, onlyFirst, onlySecond } = matchClasses(prediction.scores, beside.prediction.scores);
  const second = new Map(beside.prediction.scores.map((each) => [each.index, each]));
  const pairs = prediction.scores.flatMap((each) => {
    const found = second.get(matched.get(each.index) ?? -1);
    return found ? [pairOf(each, found, each.index === scene.index)] : [];
  });
  const rank = (pair: ScorePair) => 2 * Number(pair.selected) + Number(pair.flipped);
  const scores = pairs
    .sort((a, b) => rank(b) - rank(a) || Math.abs(b.difference) - Math.abs(a.difference) || a.index - b.index)
    .slice(0, SHOWN);
  const labels = (classes: readonly ClassScore[]) => classes.map(({ label }) => label);
  return {
    ...base,
    ...nothing,
    scores,
    flipped: pairs.filter(({ flipped }) => flipped).length,
    onlyHere: labels(onlyFirst),
    onlyThere: labels(onlySecond),
    maps: mapPairs(scene, beside),
  };
}

function pairOf(each: ClassScore, found: ClassScore, selected: boolean): ScorePair {
  const { index, label, score } = each;
  const flipped = each.predicted !== found.predicted;
  return { index, label, score, other: found.score, difference: score - found.score, flipped, selected };
}

function mapPairs(scene: Scene, beside: Scene): readonly MapPair[] {
  const { index } = scene;
  const there = index === null ? null : otherIndex(scene, beside, index);
  if (index === null || there === null) return [];
  return scene.active.map(({ id, title }) => {
    const reply = beside.replies.get('explain', beside.keys.explain(id, there));
    const info = beside.description?.methods.find((each) => each.id === id);
    const numbers = (of: Scene, at: number) => {
      const found = agreementFor(of, id, at);
      return typeof found === 'string' ? [] : found;
    };
    const [here, other] = [numbers(scene, index), numbers(beside, there)];
    const value = (of: typeof here, metric: string) => of.find((each) => each.metric === metric)?.value ?? null;
    return {
      method: id,
      title,
      metrics:
        here.length + other.length === 0
          ? []
          : visibleMetrics(scene).map((metric) => ({
              title: metric.short,
              value: value(here, metric.id),
              other: value(other, metric.id),
            })),
      missing:
        reply.status === 'failed'
          ? reply.error.message
          : (info?.unavailable?.message ??
            (scene.state.navigation.other?.kind === 'version' && reply.status === 'idle'
              ? 'It was not computed for that version.'
              : null)),
    };
  });
}

function titleOf(other: Other, versions: readonly Version[]): string {
  if (other.kind === 'model') return fileName(other.path);
  const found = versions.find(({ revision }) => revision === other.revision);
  return found ? versionTitle(found) : 'Before';
}

/** `epoch 3`, or `until 14:03:22`. */
export function versionTitle({ name, until }: Version): string {
  return name ?? `until ${new Date(until).toLocaleTimeString('en-GB')}`;
}
