import { expect, it } from 'vitest';
import { kinds } from '../../../src/explainers/labelCheck/kinds.ts';
import { KIND_IDS, KINDS } from '../../../src/extension/findings/kinds.ts';
import { FINDING_TITLES } from '../../../src/webview/findings/titles.ts';

it('calls each kind of finding as the core does', () => {
  const titles = Object.fromEntries(KIND_IDS.map((id) => [id, KINDS[id].title]));
  expect(FINDING_TITLES).toEqual(titles);
  expect(titles).toEqual(Object.fromEntries(Object.values(kinds).map(({ id, title }) => [id, title])));
});
