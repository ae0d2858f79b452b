import { parentPort } from 'node:worker_threads';
import { ExplainError, errorReport } from '../../errors.ts';
import type { ThreadMessage } from './workThreads.ts';

type Failure = Pick<Extract<ThreadMessage, { readonly failed: string }>, 'failed' | 'stack'>;

export interface Serving {
  /** The memory of an answer that is moved and not copied; absent: all is copied. */
  readonly moved?: (answer: never) => ArrayBuffer[];
  /** What is said of an error that is no ExplainError; absent: everything, with its stack. */
  readonly failure?: (thrown: unknown) => Failure;
}

/** In a thread of {@link WorkThreads}: does one task at a time, by its name. Returns the function that sends a part. */
export function serveTasks(
  tasks: ReadonlyMap<string, (request: never) => unknown>,
  { moved = () => [], failure = whole }: Serving = {},
): (part: unknown) => Promise<void> {
  const port = parentPort!;
  const post = (message: ThreadMessage, memory: ArrayBuffer[] = []) => port.postMessage(message, memory);
  let more = () => {};
  port.on('message', async (message: 'more' | { readonly name: string; readonly request: never }) => {
    if (message === 'more') return more();
    post({ begun: true });
    try {
      const answer = await tasks.get(message.name)!(message.request);
      post({ answer }, moved(answer as never));
    } catch (thrown) {
      post(thrown instanceof ExplainError ? { refused: errorReport(thrown) } : failure(thrown));
    }
  });
  // It waits until the other side has taken the part in, so that it can do other work before the next one comes.
  return (part) =>
    new Promise((resolve) => {
      more = resolve;
      post({ part });
    });
}

function whole(thrown: unknown): Failure {
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  return { failed: String(thrown), ...(stack !== undefined && { stack }) };
}
