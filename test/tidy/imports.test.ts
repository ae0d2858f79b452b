// Who may import whom. ARCHITECTURE.md explains the walls; this holds them.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readText, root, sourceFiles } from './files.ts';

const core = 'src/explainers';

/** Room → what its files may import (files or folders of src/, beside the room itself). First match of the path wins. */
const rooms: readonly { room: string; may: readonly string[]; types?: readonly string[] }[] = [
  { room: `${core}/errors.ts`, may: ['errorText.ts'] },
  { room: `${core}/errorText.ts`, may: [] },
  { room: `${core}/lists.ts`, may: [] },
  { room: `${core}/tables.ts`, may: [] },
  { room: `${core}/suggest.ts`, may: [] },
  { room: `${core}/here.ts`, may: [] },
  // Reading and writing files safely: every room that touches the disk does it through here.
  { room: `${core}/files`, may: [] },
  { room: `${core}/results.ts`, may: [], types: ['*'] },
  // Parts of results.ts, through which others know them.
  { room: `${core}/results`, may: [], types: ['*'] },
  { room: `${core}/tensor`, may: [] },
  { room: `${core}/graph`, may: ['tensor'] },
  { room: `${core}/ops`, may: ['graph', 'tensor'] },
  { room: `${core}/autodiff`, may: ['ops', 'graph', 'tensor'] },
  { room: `${core}/lrp`, may: ['ops', 'graph', 'tensor', 'autodiff'] },
  { room: `${core}/importers`, may: ['graph', 'tensor'] },
  { room: `${core}/engines`, may: ['graph', 'tensor', 'here.ts', 'importers/onnx/write.ts'] },
  {
    room: `${core}/images`,
    may: ['tensor', 'here.ts'],
    types: ['models/card.ts', 'methods/parameters.ts', 'results.ts'],
  },
  {
    room: `${core}/overlay`,
    may: ['tensor', 'images/geometry.ts', 'annotations/annotation.ts', 'annotations/runs.ts'],
    types: ['images'],
  },
  {
    room: `${core}/models`,
    may: ['graph', 'ops', 'tensor', 'importers', 'images', 'methods', 'annotations'],
    types: ['engines/engine.ts'],
  },
  {
    room: `${core}/methods`,
    may: ['autodiff', 'lrp', 'perturbation', 'graph', 'ops', 'tensor', 'images', 'engines/engine.ts'],
    types: ['models'],
  },
  {
    room: `${core}/perturbation`,
    may: ['graph', 'ops', 'tensor', 'images', 'methods/parameters.ts', 'methods/forward.ts', 'engines/engine.ts'],
    types: ['methods'],
  },
  { room: `${core}/annotations`, may: ['tensor', 'images'], types: ['models/card.ts', 'results.ts'] },
  { room: `${core}/metrics`, may: ['tensor', 'images', 'annotations'], types: ['engines/engine.ts', 'results.ts'] },
  // Verdicts are plain lines in a file: nothing else of the core is needed to read them.
  { room: `${core}/reviews`, may: [], types: ['results.ts'] },
  {
    room: `${core}/labelCheck`,
    may: ['annotations', 'images', 'reviews'],
    types: ['models/card.ts', 'results.ts', 'session/call.ts'],
  },
  {
    // They ask the model again, as methods do, and make graphs of their own from it.
    room: `${core}/faithfulness`,
    may: ['perturbation', 'graph', 'ops', 'tensor', 'images/superpixels/gaussian.ts'],
    types: ['methods', 'engines/engine.ts', 'results.ts'],
  },
  { room: `${core}/comparison`, may: ['tensor'], types: ['metrics/metric.ts'] },
  { room: `${core}/statistics`, may: ['tensor'], types: ['results.ts'] },
  { room: `${core}/session`, may: ['!cli'] },
  { room: `${core}/session.ts`, may: ['!cli'] },
  // A session in a process of its own; and what any two ends of a connection share.
  { room: `${core}/process`, may: ['session.ts'], types: ['session', 'results.ts'] },
  {
    room: `${core}/cli`,
    may: ['session.ts', 'process', 'images', 'overlay', 'methods', 'metrics/tuning.ts', 'models', 'tensor'],
    types: ['*'],
  },
];

/** What any two ends of a connection share: no session is in it. */
const CONNECTION = ['endpoint', 'bytes', 'explainerProcess', 'exitReport', 'isEnding', 'serveParent'].map(
  (name) => `${core}/process/${name}.ts`,
);

/** Packages, and who alone may import them. */
const packages: Readonly<Record<string, readonly string[]>> = {
  'onnxruntime-node': [`${core}/engines/`],
  'onnxruntime-web': [`${core}/engines/`],
  'onnxruntime-common': [`${core}/engines/`],
  '@tensorflow/tfjs-node': [`${core}/engines/`],
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
    const homeless = sourceFiles(core).filter((file) => !rooms.some(({ room }) => within(file, room)));
    expect(homeless).toEqual([]);
  });

  test.each(rooms)('$room', ({ room, may, types = [] }) => {
    const allowed = (to: string, list: readonly string[]) =>
      list.some((place) => {
        if (place === '*') return true;
        if (place.startsWith('!')) return !within(to, `${core}/${place.slice(1)}`);
        return within(to, `${core}/${place}`);
      });
    const always = ['errors.ts', 'errorText.ts', 'lists.ts', 'tables.ts', 'suggest.ts', 'files'];
    const broken = imports
      .filter(({ from, to }) => within(from, room) && within(to, core) && !within(to, room))
      .filter(({ to, typeOnly }) => !allowed(to, [...may, ...always]) && !(typeOnly && allowed(to, types)));
    expect(broken.map(said)).toEqual([]);
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

  test('the extension knows of the core only plain data; its explainer process, the session', () => {
    const ground = ['errors.ts', 'results.ts', 'lists.ts', 'tables.ts', 'suggest.ts', 'files'];
    const plain = [...ground.map((name) => `${core}/${name}`), ...CONNECTION];
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

  test('the panel imports only itself, the protocol, the overlay, the geometry, Otsu’s threshold, and types', () => {
    // Otsu's: the outline that the panel draws must be that of the mask that the metrics measure.
    const pure = [
      `${core}/overlay`,
      `${core}/images/geometry.ts`,
      `${core}/lists.ts`,
      `${core}/tables.ts`,
      `${core}/metrics/otsu.ts`,
      `${core}/errors.ts`,
      `${core}/process/endpoint.ts`,
    ];
    const broken = imports
      .filter(({ from, to }) => within(from, 'src/webview') && to.startsWith('src/') && !within(to, 'src/webview'))
      .filter(({ to, typeOnly }) => !typeOnly && !pure.some((place) => within(to, place)));
    expect(broken.map(said)).toEqual([]);
  });

  test('the protocol imports nothing but types, and errors', () => {
    const protocol = 'src/webview/protocol';
    const broken = imports
      .filter(({ from, to }) => within(from, protocol) && !within(to, protocol))
      .filter(({ to, typeOnly }) => !typeOnly && to !== `${core}/errors.ts`);
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
    expect(files.filter((file) => words.test(code(file)))).toEqual([]);
  });

  test('what is imported is there, and by its full name', () => {
    const known = new Set(sourceFiles('src'));
    const broken = imports.filter(({ to }) => to.startsWith('src/') && to.endsWith('.ts') && !known.has(to));
    const bare = imports.filter(({ to }) => to.startsWith('src/') && !path.extname(to));
    expect([...broken.filter(({ to }) => !to.includes('/generated/')), ...bare].map(said)).toEqual([]);
    expect(path.isAbsolute(root)).toBe(true);
  });
});
