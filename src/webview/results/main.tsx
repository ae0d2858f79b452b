import { render } from 'preact';
import type { ResultsContents, ResultsHostSide, ResultsPageSide } from '../../explainers/protocol/resultsMessages.ts';
import { connectPage } from '../host.ts';
import './results.css';
import { ResultsPage } from './ResultsPage.tsx';

const endpoint = connectPage<ResultsPageSide, ResultsHostSide>({
  requests: {},
  notifications: { changed: () => void load() },
});
let serial = 0;

function show(contents: ResultsContents): void {
  // More results are a new page: places in the old one are no longer right.
  const key = ++serial;
  render(<ResultsPage key={key} contents={contents} ask={endpoint.request.bind(endpoint)} />, document.body);
}

function load(): Promise<void> {
  return endpoint
    .request('ready', {})
    .then(show, (thrown: { readonly message?: string }) =>
      show({ name: '', facts: null, problem: thrown.message ?? 'The results could not be read.' }),
    );
}

void load();
