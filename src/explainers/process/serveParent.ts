import { errorReport } from '../errors.ts';
import { Endpoint, type Handlers, type Port } from '../protocol/endpoint.ts';
import type { ParentSide } from './explainerProcess.ts';

type Tell<There extends ParentSide> = <K extends keyof There['notifications'] & string>(
  name: K,
  value: There['notifications'][K],
) => void;

/** The requests that a process answers; it receives no notifications. */
export interface AnsweringSide {
  readonly requests: object;
  readonly notifications: Record<never, never>;
}

/** Exit code after an uncaught error: EX_SOFTWARE of sysexits.h. */
const EXIT_UNCAUGHT = 70;

/**
 * Answers the parent process until it exits. An uncaught error is reported to the parent, with its stack for the log,
 * before the process ends: its state is unknown then, and a fresh process costs less than a wrong heatmap. Returns a
 * function that notifies the parent.
 */
export function serveParent<Here extends AnsweringSide, There extends ParentSide>(
  requests: Handlers<Here>['requests'],
): Tell<There> {
  const handlers = { requests, notifications: {} } as Handlers<Here>;
  const endpoint = new Endpoint<Here, There>(parentPort(), handlers);
  process.on('disconnect', () => process.exit(0));
  const die = (thrown: unknown): void => {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    (endpoint as unknown as Endpoint<AnsweringSide, ParentSide>).notify('dying', {
      ...errorReport(thrown),
      ...(stack === undefined ? {} : { stack }),
    });
    // The channel writes asynchronously, so an immediate exit would lose the message.
    setTimeout(() => process.exit(EXIT_UNCAUGHT), 50);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  return (name, value) => endpoint.notify(name, value);
}

function parentPort(): Port {
  return {
    post: (message) => {
      if (!process.send) throw new Error('The explainer runs only as a forked process.');
      // With a callback, a parent that has just exited does not cause an uncaught error; 'disconnect' follows.
      process.send(message, undefined, undefined, () => {});
    },
    listen: (receive) => {
      process.on('message', receive);
      return () => process.off('message', receive);
    },
  };
}
