import type { Executable } from '../../engines/engine.ts';
import { ExplainError } from '../../errors.ts';
import { compileForward, forwardScores } from '../../method/forward.ts';
import type { AsIs } from '../../models/asIs.ts';
import type { TensorOf } from '../../tensor/tensor.ts';
import type { OpenModel } from '../models/openModels.ts';

/** The class scores of an image, [classes] each. */
export interface ModelScores {
  readonly logits: Float32Array;
  readonly scores: Float32Array;
  /** What people must know about them. */
  readonly notes: readonly string[];
}

/** Models that the engine cannot run in the form of their file. */
const refused = new WeakSet<AsIs>();

/**
 * The executable for the model's scores: the model in the form of its file; null if the engine cannot run that, so that
 * the explained form is used.
 */
export async function compileScores(open: OpenModel): Promise<{ as: AsIs; executable: Executable } | null> {
  const as = open.asIs;
  if (as && !refused.has(as)) {
    try {
      return { as, executable: await open.compiled('the model as it is', () => as.graph) };
    } catch (thrown) {
      refuse(as, thrown);
    }
  }
  await compileForward(open);
  return null;
}

/** The scores that a model gave for an input last; by the input, as long as that is kept. */
const last = new WeakMap<TensorOf<'float32'>, { readonly id: string; readonly scores: ModelScores }>();

/** The scores as {@link modelScores} gave them last for this very input, or as it gives them now. */
export async function knownScores(...asked: Parameters<typeof modelScores>): Promise<ModelScores> {
  const [{ id }, input] = asked;
  const known = last.get(input);
  return known?.id === id ? known.scores : modelScores(...asked);
}

/** Runs the model in the form of its file, or in its explained form if the engine cannot, which is reported. */
export async function modelScores(
  open: OpenModel,
  input: TensorOf<'float32'>,
  signal?: AbortSignal,
): Promise<ModelScores> {
  const scores = await scoresOf(open, input, signal);
  last.set(input, { id: open.id, scores });
  return scores;
}

async function scoresOf(open: OpenModel, input: TensorOf<'float32'>, signal?: AbortSignal): Promise<ModelScores> {
  const own = await compileScores(open);
  if (own) {
    const { as, executable } = own;
    try {
      const results = await executable.run(new Map([[as.input, input]]), signal && { signal });
      const data = (name: string) => (results.get(name) as TensorOf<'float32'>).data;
      return { logits: data(as.logits), scores: data(as.scores), notes: [] };
    } catch (thrown) {
      refuse(as, thrown);
    }
  }
  const { model, compiled } = open;
  const scores = await forwardScores({ model, input, compiled, ...(signal && { signal }) });
  return { ...scores, notes: open.asIs ? [insteadNote(open)] : [] };
}

/** What people must know about every map of this model. */
export async function mapNotes(open: OpenModel): Promise<readonly string[]> {
  const notes = [...open.notes, ...lostNotes(open)];
  if (!open.asIs || open.notes.length === 0) return notes;
  return (await compileScores(open)) ? notes : [...notes, insteadNote(open)];
}

/** That another device was meant to compute it. An engine that is a stand-in from the start is named with the model. */
const lostNotes = ({ engine }: OpenModel): readonly string[] =>
  engine.info.device === 'cpu' && engine.info.passedOver && engine.info.notice ? [engine.info.notice] : [];

const insteadNote = (open: OpenModel) =>
  open.computesIn === null
    ? `${open.engine.info.title} cannot run the model in the form of its file. Its scores are those of the explained form.`
    : `${open.engine.info.title} cannot run the model in ${open.computesIn}. Its scores are computed in float32.`;

/** Throws errors that no other form of the model would avoid. */
function refuse(as: AsIs, thrown: unknown): void {
  if (!(thrown instanceof ExplainError) || (thrown.kind !== 'unsupported' && thrown.kind !== 'engine')) throw thrown;
  refused.add(as);
}
