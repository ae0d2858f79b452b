// In the page: passes its messages on to the test's process, where a real session answers them.
import { decode, encode } from './wire.ts';

declare global {
  interface Window {
    toNode(text: string): Promise<void>;
    fromNode(text: string): void;
  }
}

let state: unknown;
window.fromNode = (text) => window.postMessage(decode(text));
globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void window.toNode(encode(message)),
  getState: () => state,
  setState: (value) => {
    state = value;
  },
});
