import type * as vscode from 'vscode';
import type { Port } from '../../explainers/protocol/endpoint.ts';

/** Messages to and from the page of a panel. */
export function webviewPort(webview: vscode.Webview): Port {
  return {
    post: (message) => void webview.postMessage(message),
    listen: (receive) => {
      const listener = webview.onDidReceiveMessage(receive);
      return () => listener.dispose();
    },
  };
}
