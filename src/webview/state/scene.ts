import type { Catalogue } from '../../explainers/contracts/catalogue.ts';
import type {
  ClassScore,
  ImageAnnotations,
  MethodInfo,
  ModelDescription,
  Prediction,
} from '../../explainers/contracts/results.ts';
import type { Loaded, Replies } from './replies.ts';
import { SaidOnce } from './saidOnce.ts';
import { activeMethods, currentImage, type Keys, keysFor, selectedClass } from './selection.ts';
import type { State } from './state.ts';

/** State and replies at one moment, and the selection in them: made once per change and passed down to the views. */
export class Scene {
  readonly state: State;
  readonly replies: Replies;
  readonly image: string | undefined;
  readonly keys: Keys;
  readonly description: ModelDescription | null;
  readonly prediction: Prediction | null;
  readonly annotations: Loaded<ImageAnnotations>;
  /** The class being explained; null while it is unknown. */
  readonly index: number | null;
  /** The methods that are switched on and can run on this model, bottom first. */
  readonly active: readonly MethodInfo[];
  readonly saidOnce: SaidOnce;

  constructor(state: State, replies: Replies) {
    this.state = state;
    this.replies = replies;
    this.image = currentImage(state);
    this.description = replies.value('describe', keysFor(state, this.image).describe);
    this.keys = keysFor(state, this.image, this.description?.card.input.show);
    this.prediction = replies.value('predict', this.keys.predict);
    this.annotations = replies.get('annotations', this.keys.annotations);
    this.index = selectedClass(state, replies);
    this.active = activeMethods(state, this.description?.methods ?? []);
    const { index, keys } = this;
    const maps = index === null ? [] : this.active.map(({ id }) => keys.explain(id, index));
    this.saidOnce = new SaidOnce({ notice: state.resource.notice, replies, keys, maps });
  }

  /** What the annotation files say about each class. */
  get marks(): ImageAnnotations['states'] {
    return this.annotations.status === 'done' ? this.annotations.value.states : {};
  }

  /** Titles and ranges of everything that is the same for all models. */
  get catalogue(): Catalogue {
    return this.state.resource.catalogue;
  }

  /** The score of the class being explained. */
  get selected(): ClassScore | null {
    return this.prediction?.scores.find(({ index }) => index === this.index) ?? null;
  }

  /** Whether a section of the side bar is collapsed. */
  folded(section: string): boolean {
    return this.state.ui.collapsed.includes(section);
  }
}
