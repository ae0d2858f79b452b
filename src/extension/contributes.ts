import { imageEndings } from '../explainers/contracts/imageEndings.ts';
import { TFJS_NAME } from '../explainers/files/modelFiles.ts';
import { own, setOwn } from '../explainers/tables.ts';
import { FINDINGS_CHECKED, IN_PANEL } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import { IMAGE_EDITOR, MAYBE_MODEL_EDITOR, MODEL_EDITOR } from './editors/viewTypes.ts';
import { HAS_MODELS } from './findings/modelsHere.ts';
import { CATALOGUE } from './generated/catalogue.ts';
import { SETTINGS } from './settingsTable.ts';

const CATEGORY = 'Saliency Lens';

/** The fields of package.json that follow from declarations in the source. `npm run generate` writes them. */
export function packageFields() {
  return { activationEvents: ACTIVATION, contributes: contributes() };
}

function contributes() {
  return {
    commands: COMMANDS.map(({ id, title, icon }) => ({
      command: id,
      title,
      category: CATEGORY,
      ...(icon && { icon }),
    })),
    menus: menus(),
    submenus: [{ id: TAKE_AWAY_MENU, label: 'Save or Copy', icon: '$(export)' }],
    views: { explorer: [FINDINGS_VIEW] },
    viewsWelcome: FINDINGS_WELCOME,
    keybindings: COMMANDS.flatMap(({ id, key }) => (key ? [{ command: id, ...key }] : [])),
    configuration: {
      title: CATEGORY,
      properties: Object.fromEntries(
        Object.entries({ ...SETTINGS, methods: { ...SETTINGS.methods, items: METHODS } }).map(([key, spec]) => [
          `saliencyLens.${key}`,
          spec,
        ]),
      ),
    },
    customEditors: CUSTOM_EDITORS,
    languages: [{ id: 'jsonc', filenamePatterns: ['*.explain.json'] }],
    jsonValidation: [{ fileMatch: '*.explain.json', url: './media/model-card.schema.json' }],
    walkthroughs: WALKTHROUGHS,
  };
}

const METHODS = {
  type: 'string',
  enum: CATALOGUE.methods.map(({ id }) => id),
  enumDescriptions: CATALOGUE.methods.map(({ title, summary }) => `${title}: ${summary}`),
};

function menus() {
  const found: Record<string, { command: string; when: string; group?: string }[]> = {};
  for (const { id, menus: places } of COMMANDS) {
    for (const [menu, place] of Object.entries(places ?? {})) {
      setOwn(found, menu, [...(own(found, menu) ?? []), { command: id, ...place }]);
    }
  }
  const hidden = COMMANDS.flatMap(({ id, palette }) => (palette ? [{ command: id, when: palette }] : []));
  const title = { submenu: TAKE_AWAY_MENU, when: IN_PANEL, group: 'navigation' };
  return { ...found, 'editor/title': [...(own(found, 'editor/title') ?? []), title], commandPalette: hidden };
}

const patterns = (names: readonly string[]) => names.map((filenamePattern) => ({ filenamePattern }));

/** How files are opened with us: images and what is not always a model by *Reopen Editor With…*, models by a click. */
const CUSTOM_EDITORS = [
  {
    viewType: IMAGE_EDITOR,
    displayName: 'Saliency Lens',
    selector: patterns(imageEndings.map((ending) => `*.${ending}`)),
    priority: 'option',
  },
  {
    viewType: MODEL_EDITOR,
    displayName: 'Saliency Lens: Model',
    selector: patterns(['*.onnx', '*.keras']),
    priority: 'default',
  },
  {
    viewType: MAYBE_MODEL_EDITOR,
    displayName: 'Saliency Lens: Model',
    selector: patterns(['*.h5', '*.hdf5', TFJS_NAME]),
    priority: 'option',
  },
];

/** The menu in a panel's title bar. */
const TAKE_AWAY_MENU = 'saliencyLens.takeAway';

/**
 * Findings are shown in the Problems panel and the Explorer from the start: `onStartupFinished`. This starts no
 * process.
 */
const ACTIVATION = ['onWebviewPanel:saliencyLens.explain', 'onStartupFinished'];

/** In the Explorer, collapsed, rather than with a permanent icon of its own. */
const FINDINGS_VIEW = {
  id: 'saliencyLens.findings',
  name: 'Label Findings',
  visibility: 'collapsed',
  icon: 'media/panel.svg',
  when: `${HAS_MODELS} || ${FINDINGS_CHECKED}`,
};

const FINDINGS_WELCOME = [
  {
    view: FINDINGS_VIEW.id,
    contents:
      'Labels that look wrong: a model predicts every image of a folder or an annotation file, and its confident predictions are compared with the labels.\n[Check Labels](command:saliencyLens.checkLabels)\nA click on a finding shows its image and class. Your verdicts are stored in a separate file; annotation files are never written except by a fix that you have seen and confirmed.',
    when: `!${FINDINGS_CHECKED} && isWorkspaceTrusted`,
  },
  {
    view: FINDINGS_VIEW.id,
    contents: 'No model runs in an untrusted workspace.\n[Manage Workspace Trust](command:workbench.trust.manage)',
    when: `!${FINDINGS_CHECKED} && !isWorkspaceTrusted`,
  },
];

const WALKTHROUGHS = [
  {
    id: 'start',
    title: 'See what your classifier looks at',
    description: 'From an image and a model to a heatmap, and to the labels worth a second look.',
    steps: [
      {
        id: 'explain',
        title: 'Explain an image',
        description:
          'Start with an image and a small model that come with the extension.\n[Explain Sample Image](command:saliencyLens.explainSample)\nThen right-click an image of yours in the Explorer and choose **Explain Image**. The model is found next to the image, or in a folder above it.\n[Explain Image](command:saliencyLens.explainImage)',
        media: {
          svg: 'media/walkthrough/explain.svg',
          altText: 'An image with its class scores and a heatmap.',
        },
        completionEvents: [
          'onCommand:saliencyLens.explainSample',
          'onCommand:saliencyLens.explainImage',
          'onCommand:saliencyLens.explainFolder',
        ],
      },
      {
        id: 'card',
        title: 'Describe your model',
        description:
          'A model card holds labels, preprocessing, thresholds and annotations. It is a small JSON file next to the model. Everything that can be inferred is written for you; completion helps with the rest. **Set Up Model** shows the image as the network sees it, with each of the usual preprocessings.\n[Set Up Model](command:saliencyLens.setUpModel)\n[Write Model Card](command:saliencyLens.writeModelCard)',
        media: { markdown: 'media/walkthrough/card.md' },
        completionEvents: ['onCommand:saliencyLens.setUpModel', 'onCommand:saliencyLens.writeModelCard'],
      },
      {
        id: 'set',
        title: 'Step through a set',
        description:
          'Select several images, or right-click a folder and choose **Explain Images in Folder**. Alt+Page Down and Alt+Page Up step through them.',
        media: { markdown: 'media/walkthrough/set.md' },
        completionEvents: ['onCommand:saliencyLens.nextImage'],
      },
      {
        id: 'check',
        title: 'Find labels that look wrong',
        description:
          'Right-click a folder or an annotation file and choose **Check Labels**. It runs in the background, and your verdict on each finding is saved.\n[Check Labels](command:saliencyLens.checkLabels)',
        media: { markdown: 'media/walkthrough/check.md' },
        completionEvents: ['onCommand:saliencyLens.checkLabels'],
      },
    ],
  },
];
