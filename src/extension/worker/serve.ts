import { errorReport } from '../../explainers/errors.ts';
import { Endpoint, type Handlers, type Port } from '../../webview/protocol/endpoint.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../webview/protocol/messages.ts';

type Tell = <K extends keyof ExplainerClientSide['notifications']>(
  name: K,
  value: ExplainerClientSide['notifications'][K],
) => void;

/** Exit code after an uncaught error: EX_SOFTWARE of sysexits.h. */
export const EXIT_UNCAUGHT = 70;

/**
 * Answers the parent process until it goes. An uncaught error is told to the parent, with its stack for the log, before the
 * process ends: its state is unknown then, and a fresh process costs less than a wrong heatmap. Returns how to tell the parent
 * something unasked.
 */
export function serveParent(requests: Handlers<ExplainerSide>['requests']): Tell {
  const endpoint = new Endpoint<ExplainerSide, ExplainerClientSide>(parentPort(), { requests, notifications: {} });
  process.on('disconnect', () => process.exit(0));
  const die = (thrown: unknown): void => {
    const stack = thrown instanceof Error ? thrown.stack : undefined;
    endpoint.notify('dying', { ...errorReport(thrown), ...(stack === undefined ? {} : { stack }) });
    // The channel writes asynchronously: an exit now would lose the message.
    setTimeout(() => process.exit(EXIT_UNCAUGHT), 50);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  return (name, value) => endpoint.notify(name, value);
}

function parentPort(): Port {
  return {
    post: (message) => {
      if (!process.send) throw new Error('The explainer runs as a forked process only.');
      // With a callback, a parent that has just gone is no uncaught error; 'disconnect' follows.
      process.send(message, undefined, undefined, () => {});
    },
    listen: (receive) => {
      process.on('message', receive);
      return () => process.off('message', receive);
    },
  };
}
