declare global {
  interface Window {
    /** Messages that came before the page's script ran; the first script of the page (html.ts) keeps them. */
    earlyMessages?: { readonly received: readonly unknown[]; end(): void };
  }
}

/** Hands over the messages that the page received before its script ran, once everything that runs now is done. */
export function replayEarlyMessages(receive: (message: unknown) => void): void {
  const early = window.earlyMessages;
  if (!early) return;
  queueMicrotask(() => {
    early.end();
    for (const message of early.received) receive(message);
  });
}
