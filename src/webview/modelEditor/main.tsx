// The page of the read-only editor for models.
import './modelEditor.css';
import { render } from 'preact';
import type { ModelContents, ModelEditorHost, ModelEditorPage } from '../../explainers/protocol/modelPages.ts';
import { connectPage, reportOf } from '../host.ts';
import { ModelEditor } from './ModelEditor.tsx';

const host = connectPage<ModelEditorPage, ModelEditorHost>({
  requests: {},
  notifications: { changed: () => void load() },
});
let contents: ModelContents | null = null;
/** Answers to earlier questions come too late. */
let asked = 0;

async function load(): Promise<void> {
  const turn = ++asked;
  try {
    const next = await host.request('describe', {});
    if (turn === asked) contents = next;
  } catch (thrown) {
    if (turn === asked)
      contents = { name: contents?.name ?? 'Model', trusted: true, description: null, error: reportOf(thrown) };
  }
  show();
}

function show(): void {
  render(
    <ModelEditor
      contents={contents}
      onAction={(action) => {
        // The host says what went wrong.
        host.request(action, {}).catch(() => {});
      }}
      onAgain={() => {
        contents = null;
        show();
        void load();
      }}
    />,
    document.body,
  );
}

document.body.classList.add('document');
show();
void load();
