import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { CHROMIUM, type OpenOptions } from './page/browser.ts';
import { FINDINGS } from './page/findings.ts';
import { settled, usePages } from './page/pages.ts';

vi.mock('vscode', () => ({}));

// What a screen reader reads: every control has a name of its own in its section, or in the named group that it lies
// in.

const pages = usePages();

/** Roles of what a person works. Options of a list are distinguished by the list. */
const CONTROLS = [
  ...['button', 'checkbox', 'combobox', 'link', 'listbox', 'menuitem', 'radio', 'searchbox', 'separator', 'slider'],
  ...['spinbutton', 'switch', 'tab', 'textbox', 'DisclosureTriangle'],
];
/** Roles that tell what is in them apart, where they are named. */
const SCOPES = ['group', 'radiogroup', 'region', 'complementary', 'main', 'dialog', 'row', 'listitem'];
/** What has no name. */
const NO_NAMES = [''];

interface Node {
  readonly nodeId: string;
  readonly parentId?: string;
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

/** Every control of the page as `scope › role "name"`. */
async function controls(
  page: Page,
): Promise<{ readonly role: string; readonly name: string; readonly scope: string }[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = (await session.send('Accessibility.getFullAXTree')) as { nodes: readonly Node[] };
  await session.detach();
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const scopeOf = (node: Node): string => {
    for (let at = byId.get(node.parentId ?? ''); at; at = byId.get(at.parentId ?? ''))
      if (!at.ignored && SCOPES.includes(at.role?.value ?? '') && at.name?.value)
        return `${scopeOf(at)} › ${at.name.value}`;
    return '';
  };
  const shown = nodes.filter(({ ignored, role }) => !ignored && CONTROLS.includes(role?.value ?? ''));
  return shown.map((node) => ({ role: node.role!.value, name: node.name?.value.trim() ?? '', scope: scopeOf(node) }));
}

async function expectOwnNames(page: Page): Promise<void> {
  const found = await controls(page);
  expect(found.length).toBeGreaterThan(0);
  expect(found.filter(({ name }) => NO_NAMES.includes(name))).toEqual([]);
  const seen = found.map(({ scope, role, name }) => `${scope} › ${role} "${name}"`);
  expect(seen.filter((each, i) => seen.indexOf(each) !== i)).toEqual([]);
}

const survey = (...methods: string[]): OpenOptions => ({
  scene: 'survey',
  contents: { settings: { methods, opacity: 0.6, colorMap: 'auto' } },
});
const gear = (id: string) => `[data-method=${id}] .method-heading button`;

const STATES: Readonly<Record<string, OpenOptions & { readonly click?: readonly string[] }>> = {
  'at first': {},
  'with a thousand classes': { scene: 'photos' },
  'with all methods listed and several forms open': {
    ...survey('gradCam', 'gradient', 'lime', 'kernelShap'),
    click: ['[data-methods-door]', ...['gradCam', 'gradient', 'lime', 'kernelShap'].map(gear)],
  },
  'with every part of agreement, faithfulness and comparison': {
    ...survey('gradCam', 'gradient'),
    click: [
      ...['[data-all-classes]', '[aria-controls=agreement-columns]', '[aria-controls=agreement-options]'],
      ...['[data-section=faithfulness] .section-toggle', '[data-section=comparison] .section-toggle'],
      ...['[data-assess=gradCam]', '[data-assess=gradient]', '[data-compare]'],
    ],
  },
  'while methods run': { ...survey('gradCam', 'gradient', 'eigenCam'), hold: ['explain'] },
  'while faithfulness is measured': {
    ...survey('gradCam', 'gradient'),
    hold: ['assess'],
    click: ['[data-section=faithfulness] .section-toggle', '[data-assess=gradCam]', '[data-assess=gradient]'],
  },
  'with methods that failed': {
    ...survey('gradCam', 'gradient', 'eigenCam'),
    fail: { explain: { kind: 'memory', message: 'Out of memory.', next: 'Close other programs.' } },
  },
  'with methods that were stopped': {
    ...survey('gradCam', 'gradient'),
    fail: { explain: { kind: 'cancelled', message: 'Stopped.' } },
  },
  'with findings, one of them in two files': {
    contents: {
      findings: [
        ...FINDINGS,
        { ...FINDINGS[0]!, key: 'c', places: [{ ...FINDINGS[0]!.places[0]!, file: '/workspace/b.json' }] },
      ],
    },
  },
  'with the list of keys': { click: ['[aria-label="Keys (?)"]'] },
  'without a model': { contents: { model: null, models: ['/w/a.onnx', '/w/b.onnx'] } },
  'in an untrusted workspace': { contents: { trusted: false } },
  'with a card that is wrong': {
    fail: { describe: { kind: 'card', message: 'Wrong.', subject: '/w/net.explain.json:4', next: 'Correct it.' } },
  },
};

describe.skipIf(!CHROMIUM)('the names of controls', () => {
  it.each(Object.entries(STATES))('%s', async (_, { click = [], ...options }) => {
    const { page } = await pages.open(options);
    await settled(page);
    for (const selector of click) {
      await page.locator(selector).first().click();
      await settled(page);
    }
    await expectOwnNames(page);
  });

  it('are those of the methods: a check box is called like its method, and a gear says whose parameters they are', async () => {
    const { page } = await pages.open(survey('gradCam'));
    await settled(page);
    await page.getByRole('checkbox', { name: 'Grad-CAM', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Parameters of Grad-CAM', exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Annotations' }).waitFor();
  });
});
