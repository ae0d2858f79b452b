import { own, setOwn } from '../explainers/tables.ts';
import { FINDINGS_CHECKED } from './commands/command.ts';
import { COMMANDS } from './commands/commands.ts';
import { HAS_MODELS } from './findings/modelsHere.ts';
import { CATALOGUE } from './generated/catalogue.ts';
import { SETTINGS } from './settingsTable.ts';

const CATEGORY = 'Saliency Lens';

/** What package.json says of the extension, as far as it follows from declarations in the source. `npm run generate` writes it. */
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
  return { ...found, commandPalette: hidden };
}

/** Findings are shown in the Problems panel and the Explorer from the start: `onStartupFinished`. No process is started by it. */
const ACTIVATION = ['onWebviewPanel:saliencyLens.explain', 'onStartupFinished'];

/** In the Explorer, folded, rather than with an icon of its own that is always there. */
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
      'Labels that look wrong: a model predicts every image of a folder or an annotation file, and what it is sure of is compared with what is labelled.\n[Check Labels](command:saliencyLens.checkLabels)\nA click on a finding shows its image and class. Your verdicts go to a file of their own; annotation files are never written.',
    when: `!${FINDINGS_CHECKED} && isWorkspaceTrusted`,
  },
  {
    view: FINDINGS_VIEW.id,
    contents: 'No model is run in an untrusted workspace.\n[Manage Workspace Trust](command:workbench.trust.manage)',
    when: `!${FINDINGS_CHECKED} && !isWorkspaceTrusted`,
  },
];

const WALKTHROUGHS = [
  {
    id: 'start',
    title: 'Look at what your classifier looks at',
    description: 'From an image and a model to a heatmap, and to the labels worth a second look.',
    steps: [
      {
        id: 'explain',
        title: 'Explain an image',
        description:
          'Right-click an image in the Explorer and choose **Explain Image**. The model is found beside the image, or in a folder above it.\n[Explain Image](command:saliencyLens.explainImage)',
        media: {
          svg: 'media/walkthrough/explain.svg',
          altText: 'An image beside its class scores, a heatmap over it.',
        },
        completionEvents: ['onCommand:saliencyLens.explainImage', 'onCommand:saliencyLens.explainFolder'],
      },
      {
        id: 'card',
        title: 'Tell it about your model',
        description:
          'Labels, preprocessing, thresholds and annotations stand in a model card, a small JSON file beside the model. What can be inferred is written for you; completion helps with the rest.\n[Write Model Card](command:saliencyLens.writeModelCard)',
        media: { markdown: 'media/walkthrough/card.md' },
        completionEvents: ['onCommand:saliencyLens.writeModelCard'],
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
          'Right-click a folder or an annotation file and choose **Check Labels**. It runs in the background; what you say of each finding is kept.\n[Check Labels](command:saliencyLens.checkLabels)',
        media: { markdown: 'media/walkthrough/check.md' },
        completionEvents: ['onCommand:saliencyLens.checkLabels'],
      },
    ],
  },
];
