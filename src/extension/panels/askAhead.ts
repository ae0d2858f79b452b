import type { ImageAnnotations, ModelDescription, Prediction } from '../../explainers/contracts/results.ts';
import {
  bestClass,
  type FirstRequest,
  firstRequests,
  type MapStatus,
  runnable,
} from '../../explainers/protocol/firstRequests.ts';

/** The content of a page that is still loading. */
export interface Opening {
  readonly image: string;
  /** Null: none was found, or the workspace is not trusted. */
  readonly model: string | null;
  /** Methods of the settings. */
  readonly methods: readonly string[];
}

/**
 * Sends the first requests of a page, as the page itself would plan them without any memory; answers lead to more
 * requests.
 * @param start returns the reply
 * @returns stops sending
 */
export function askAhead(
  { image, model, methods }: Opening,
  start: (first: FirstRequest) => Promise<unknown>,
): () => void {
  let description: ModelDescription | null = null;
  let prediction: Prediction | null = null;
  let states: ImageAnnotations['states'] | null = null;
  let over = false;
  const started = new Map<string, MapStatus>();
  const keep = (kind: FirstRequest['kind'], reply: unknown) => {
    if (kind === 'describe') description = reply as ModelDescription | null;
    if (kind === 'predict') prediction = reply as Prediction | null;
    if (kind === 'annotations') states = (reply as ImageAnnotations | null)?.states ?? {};
  };
  const next = (): void => {
    if (over) return;
    const wanted = firstRequests({
      ...{ image, model },
      index: description && prediction ? bestClass(prediction.scores, states) : null,
      methods: runnable(methods, description?.methods ?? [], true),
      parameters: () => ({}),
      status: (method) => started.get(`explain ${method}`) ?? 'idle',
    });
    for (const first of wanted) {
      const name = first.kind === 'explain' ? `explain ${first.request.method}` : first.kind;
      if (started.has(name)) continue;
      started.set(name, 'waiting');
      const ended = (status: MapStatus, reply: unknown) => {
        started.set(name, status);
        keep(first.kind, reply);
        next();
      };
      // The page receives a failure when it sends the same request.
      start(first).then(
        (reply) => ended('done', reply),
        () => ended('failed', null),
      );
    }
  };
  next();
  return () => {
    over = true;
  };
}
