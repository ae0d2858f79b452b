import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';

/**
 * What a panel's page may load: its own script by nonce, its own style, pictures it was sent; nothing from any network.
 */
export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `img-src ${cspSource} blob: data:`, // images arrive as bytes and are shown as blobs
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** What the extension sends while the page still loads is kept for the page's script (src/webview/earlyMessages.ts). */
const KEEP_EARLY_MESSAGES = `(() => {
  const received = [];
  const keep = ({ data }) => received.push(data);
  addEventListener('message', keep);
  window.earlyMessages = { received, end: () => removeEventListener('message', keep) };
})();`;

/** The programs of pages in dist/: a panel, the editor of a model, Set Up Model, a sheet of crops, results. */
export type PageName = 'webview' | 'modelEditor' | 'setUp' | 'crops' | 'results';

/**
 * A page; all its content arrives in messages. The toolkit reads the nonce from a `meta`, for the styles it creates.
 */
export function pageHtml(webview: vscode.Webview, extensionUri: vscode.Uri, page: PageName = 'webview'): string {
  const nonce = randomBytes(18).toString('base64url');
  const dist = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy(webview.cspSource, nonce)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
${
  page === 'webview'
    ? `<script nonce="${nonce}">${KEEP_EARLY_MESSAGES}</script>
<link rel="modulepreload" nonce="${nonce}" href="${dist('webview-chunk.js')}">`
    : ''
}
<style nonce="${nonce}">${styleOf(extensionUri, page)}</style>
<title>Saliency Lens</title>
</head>
<body data-vscode-context='{"preventDefaultContextMenuItems": true}'>
<script type="module" nonce="${nonce}" src="${dist(`${page}.js`)}"></script>
</body>
</html>`;
}

const styles = new Map<string, string>();

/** In the page itself, because the page's script waits for a style that is loaded. */
function styleOf(extensionUri: vscode.Uri, page: PageName): string {
  const file = vscode.Uri.joinPath(extensionUri, 'dist', `${page}.css`).fsPath;
  const known = styles.get(file);
  if (known !== undefined) return known;
  const text = readFileSync(file, 'utf8');
  styles.set(file, text);
  return text;
}

/** The folders of the extension that a page may load from. */
export function resourceRoots(extensionUri: vscode.Uri): vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist')];
}
