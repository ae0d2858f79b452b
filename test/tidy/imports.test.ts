// Who may import whom. ARCHITECTURE.md explains the walls; this holds them.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readText, root, sourceFiles } from './files.ts';

const core = 'src/explainers';

/**
 * Room → the rooms (folders or files of src/explainers) that its files may import, besides itself and the ground floor.
 * Types count as values do. First match of the path wins.
 */
const rooms: readonly { room: string; may: readonly string[] }[] = [
  // The ground floor: what every room may import.
  { room: 'errors.ts', may: ['errorText.ts'] },
  { room: 'errorText.ts', may: ['unseen.ts'] },
  { room: 'unseen.ts', may: [] },
  { room: 'markupText.ts', may: ['unseen.ts'] },
  { room: 'lists.ts', may: [] },
  { room: 'steps.ts', may: [] },
  { room: 'inOrder.ts', may: [] },
  { room: 'tables.ts', may: [] },
  { room: 'suggest.ts', may: [] },
  { room: 'csvRecord.ts', may: [] },
  // Reading and writing files safely: every room that touches the disk does it through here.
  { room: 'files', may: ['errors.ts', 'lists.ts'] },
  // Plain data that passes between rooms and through the core's door.
  { room: 'contracts', may: ['errors.ts', 'steps.ts'] },
  { room: 'here.ts', may: [] },
  { room: 'tensor', may: [] },
  { room: 'numerics', may: [] },
  { room: 'graph', may: ['tensor'] },
  { room: 'ops', may: ['graph', 'tensor'] },
  { room: 'autodiff', may: ['ops', 'graph', 'tensor'] },
  { room: 'lrp', may: ['ops', 'graph', 'tensor', 'autodiff'] },
  { room: 'importers', may: ['graph', 'tensor', 'here.ts'] },
  { room: 'engines', may: ['graph', 'tensor', 'here.ts', 'importers/onnx/write.ts'] },
  { room: 'images', may: ['tensor', 'numerics', 'here.ts', 'containers'] },
  // Files that hold images and labels as folders do.
  { room: 'containers', may: ['images/thread/workThreads.ts', 'images/thread/serveTasks.ts'] },
  { room: 'method', may: ['autodiff', 'graph', 'ops', 'tensor', 'images', 'engines/engine.ts'] },
  { room: 'perturbation', may: ['method', 'graph', 'ops', 'tensor', 'numerics', 'images', 'engines/engine.ts'] },
  {
    room: 'methods',
    may: [
      'method',
      'perturbation',
      'autodiff',
      'lrp',
      'graph',
      'ops',
      'tensor',
      'numerics',
      'images',
      'engines/engine.ts',
    ],
  },
  // The values of further inputs: where they are found, and how they become tensors.
  { room: 'inputs', may: ['tensor', 'images/thread/workThreads.ts', 'images/thread/serveTasks.ts'] },
  {
    room: 'models',
    may: ['graph', 'ops', 'tensor', 'importers', 'inputs', 'method', 'methods/methods.ts', 'engines/engine.ts'],
  },
  { room: 'annotations', may: ['tensor', 'numerics', 'images', 'containers'] },
  { room: 'overlay', may: ['images', 'annotations/shapes'] },
  { room: 'metrics', may: ['tensor', 'numerics'] },
  // Verdicts are plain lines in a file: nothing else of the core is needed to read them.
  { room: 'reviews', may: [] },
  { room: 'labelCheck', may: ['annotations', 'numerics', 'reviews', 'containers', 'images'] },
  // The smallest change of an annotation file that corrects a label.
  { room: 'fixes', may: ['annotations'] },
  { room: 'labelExport', may: ['annotations/shapes'] },
  // They ask the model again, as methods do, and make graphs of their own from it.
  { room: 'faithfulness', may: ['method', 'perturbation', 'graph', 'ops', 'tensor', 'numerics', 'engines/engine.ts'] },
  // How much the image and each further input contribute.
  {
    room: 'sources',
    may: ['method', 'methods', 'autodiff', 'graph', 'ops', 'tensor', 'numerics', 'engines/engine.ts'],
  },
  { room: 'comparison', may: ['numerics'] },
  { room: 'statistics', may: ['numerics'] },
  // Tables of results and their folders; what is in them comes from the session.
  { room: 'evaluation', may: ['protocol/processEnd.ts'] },
  // Results in columns: by image and class, filtered and sorted.
  { room: 'results', may: ['evaluation'] },
  // Statistics over results, as a page and as tables.
  { room: 'report', may: ['evaluation', 'results', 'statistics', 'numerics', 'markupText.ts'] },
  // Programs of others start here, on behalf of the two rooms below and of no other.
  { room: 'programs', may: [] },
  // What Python is asked about models, and what it answers.
  { room: 'python', may: ['here.ts', 'programs'] },
  // Further runtimes: what they consist of, how they are installed, and where they are.
  { room: 'runtimes', may: ['here.ts', 'programs'] },
  { room: 'session', may: ['!cli', '!process', '!protocol'] },
  { room: 'session.ts', may: ['!cli', '!process', '!protocol'] },
  // The types of what a session answers: the wire says them once, by its methods.
  { room: 'protocol', may: ['session.ts'] },
  // A session in a process of its own.
  { room: 'process', may: ['session.ts', 'session', 'protocol', 'runtimes/place.ts'] },
  {
    room: 'cli',
    may: [
      'session.ts',
      'session/options.ts',
      'evaluation',
      'results',
      'report',
      'process',
      'protocol/processEnd.ts',
      'labelCheck/rate.ts',
      'images',
      'containers',
      'methods',
      'metrics/tuning.ts',
      'tensor',
    ],
  },
];

/** What every room above it may import. */
const GROUND = [
  'errors.ts',
  'errorText.ts',
  'unseen.ts',
  'lists.ts',
  'steps.ts',
  'inOrder.ts',
  'tables.ts',
  'suggest.ts',
  'csvRecord.ts',
  'files',
  'contracts',
];

/** What any two ends of a connection share: no session is in it. */
const CONNECTION = [
  `${core}/protocol`,
  ...['answers', 'explainerProcess', 'exitReport', 'isEnding', 'processEnv', 'serveParent'].map(
    (name) => `${core}/process/${name}.ts`,
  ),
];

/** Packages, and who alone may import them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': [`${core}/engines/`],
  'onnxruntime-web': [`${core}/engines/`],
  'onnxruntime-common': [`${core}/engines/`],
  sharp: [`${core}/images/`],
  vscode: ['src/extension/'],
  '@vscode/webview-ui-toolkit': ['src/webview/'],
};

interface Import {
  readonly from: string;
  /** A path of src/ or the name of a package. */
  readonly to: string;
  readonly typeOnly: boolean;
}

const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/g;
const dynamic = /(typeof\s+)?import\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  const text = readText(file);
  const target = (name: string) =>
    name.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), name)) : name;
  return [
    ...[...text.matchAll(statement)].map((m) => ({ from: file, to: target(m[3]!), typeOnly: Boolean(m[2]) })),
    ...[...text.matchAll(dynamic)].map((m) => ({ from: file, to: target(m[2]!), typeOnly: Boolean(m[1]) })),
  ];
}

const imports = sourceFiles('src').flatMap(importsOf);
const within = (file: string, place: string) => file === place || file.startsWith(`${place}/`);
const said = ({ from, to }: Import) => `${from} imports ${to}`;

describe('import walls', () => {
  test('every file of the core is in a room of the table', () => {
    const homeless = sourceFiles(core).filter((file) => !rooms.some(({ room }) => within(file, `${core}/${room}`)));
    expect(homeless).toEqual([]);
  });

  test.each(rooms)('$room', ({ room, may }) => {
    const grants = (to: string, place: string) =>
      place.startsWith('!') ? !within(to, `${core}/${place.slice(1)}`) : within(to, `${core}/${place}`);
    const home = `${core}/${room}`;
    const reached = imports.filter(({ from, to }) => within(from, home) && within(to, core) && !within(to, home));
    const ground = GROUND.includes(room) ? [] : GROUND;
    const broken = reached.filter(({ to }) => ![...may, ...ground].some((place) => grants(to, place)));
    expect(broken.map(said)).toEqual([]);
    const forbidden = may.filter((place) => place.startsWith('!') && reached.some(({ to }) => !grants(to, place)));
    const unused = may.filter((place) => !reached.some(({ to }) => grants(to, place)));
    expect({ forbidden, unused }).toEqual({ forbidden: [], unused: [] });
  });

  test('no file needs itself by way of others, types included', () => {
    const targets = new Map(sourceFiles('src').map((file) => [file, [] as string[]]));
    for (const { from, to } of imports) if (targets.has(to)) targets.get(from)!.push(to);
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (file: string, way: readonly string[]): void => {
      const start = way.indexOf(file);
      if (start >= 0) circles.push([...way.slice(start), file].join(' → '));
      if (start >= 0 || done.has(file)) return;
      for (const to of targets.get(file)!) visit(to, [...way, file]);
      done.add(file);
    };
    for (const file of targets.keys()) visit(file, []);
    expect(circles).toEqual([]);
  });

  test('the core knows neither VS Code nor the panel', () => {
    const broken = imports.filter(({ from, to }) => within(from, core) && to.startsWith('src/') && !within(to, core));
    expect(broken.map(said)).toEqual([]);
  });

  test('the extension knows of the core only plain data and runtimes; its explainer process, the session', () => {
    const plain = [...GROUND.map((name) => `${core}/${name}`), ...CONNECTION, `${core}/runtimes`];
    const broken = imports
      .filter(
        ({ from, to }) =>
          within(from, 'src/extension') && within(to, core) && !plain.some((place) => within(to, place)),
      )
      .filter(
        ({ from, to, typeOnly }) =>
          !typeOnly && !(within(from, 'src/extension/worker') && within(to, `${core}/session.ts`)),
      );
    expect(broken.map(said)).toEqual([]);
  });

  test('the explainer process does not know VS Code', () => {
    const reached = new Set<string>();
    const visit = (file: string) => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const { from, to, typeOnly } of imports) if (from === file && !typeOnly) visit(to);
    };
    visit('src/extension/worker/main.ts');
    expect(reached.has('vscode')).toBe(false);
  });

  test('the panel imports only itself, the protocol, the overlay, the geometry, the mask of a map, and types', () => {
    // The outline that the panel draws is that of the mask that the metrics measure: one program makes both.
    const pure = [
      `${core}/overlay`,
      `${core}/contracts/geometry.ts`,
      `${core}/lists.ts`,
      `${core}/steps.ts`,
      `${core}/tables.ts`,
      `${core}/unseen.ts`,
      `${core}/markupText.ts`,
      `${core}/csvRecord.ts`,
      `${core}/tensor/npy.ts`,
      `${core}/metrics/evidence.ts`,
      `${core}/metrics/mask/maskLevel.ts`,
      `${core}/errors.ts`,
      `${core}/protocol/endpoint.ts`,
      `${core}/protocol/firstRequests.ts`,
      `${core}/protocol/processEnd.ts`,
      `${core}/protocol/requestKey.ts`,
      `${core}/protocol/requests.ts`,
      `${core}/protocol/takeAway.ts`,
      `${core}/protocol/viewActions.ts`,
    ];
    const broken = imports
      .filter(({ from, to }) => within(from, 'src/webview') && to.startsWith('src/') && !within(to, 'src/webview'))
      .filter(({ to, typeOnly }) => !typeOnly && !pure.some((place) => within(to, place)));
    expect(broken.map(said)).toEqual([]);
  });

  test('the protocol imports nothing but types, errors and tables', () => {
    const protocol = `${core}/protocol`;
    const broken = imports
      .filter(({ from, to }) => within(from, protocol) && !within(to, protocol))
      .filter(({ to, typeOnly }) => !typeOnly && ![`${core}/errors.ts`, `${core}/tables.ts`].includes(to));
    expect(broken.map(said)).toEqual([]);
  });

  test.each(Object.entries(packages))('only its room imports %s', (name, places) => {
    const broken = imports
      .filter(({ to }) => to === name || to.startsWith(`${name}/`))
      .filter(({ from }) => !places.some((place) => from.startsWith(place)));
    expect(broken.map(said)).toEqual([]);
  });

  test('only host.ts calls acquireVsCodeApi', () => {
    const users = sourceFiles('src').filter((file) => /\bacquireVsCodeApi\(/.test(readText(file)));
    expect(users.filter((file) => file !== 'src/webview/host.ts')).toEqual([]);
  });

  test('the core and the explainer process use no browser globals', () => {
    const words =
      /\b(document|localStorage|sessionStorage)\.\w|\bwindow\.(document|location|addEventListener|\w+Storage)\b/;
    const files = [...sourceFiles(core), ...sourceFiles('src/extension/worker')];
    const code = (file: string) =>
      readText(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|(['"`])(?:\\.|(?!\1)[\s\S])*\1/g, '');
    // Few files hold these words at all, and taking strings out of a long text takes long.
    const named = files.filter((file) => words.test(readText(file)));
    expect(named.filter((file) => words.test(code(file)))).toEqual([]);
  });

  test('what is imported is there, and by its full name', () => {
    const known = new Set(sourceFiles('src'));
    const broken = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts') && !known.has(to));
    const bare = imports.filter(({ to }) => to.startsWith('src/') && !path.extname(to));
    expect([...broken.filter(({ to }) => !to.includes('/generated/')), ...bare].map(said)).toEqual([]);
    expect(path.isAbsolute(root)).toBe(true);
  });
});
