// THIRD-PARTY-NOTICES.md: every package that is in a bundle or next to it, on any platform, with its licence.
import fs from 'node:fs';
import path from 'node:path';
import { build } from '../../esbuild.config.mjs';
import { root } from '../steps/child.mjs';
import { programInputs } from '../steps/threadPrograms.mjs';
import { locked } from './download.mjs';
import { shippedPackages, targets } from './targets.mjs';

/** Licences whose packages carry no text of their own, and what WebAssembly and native files were compiled from. */
const supplied = path.join(root, 'scripts/package/licences');

/** The package that a bundled file belongs to; nested copies count as the outer name does. */
const packageOf = (file) => /^node_modules\/(?:.*\/node_modules\/)?(@[^/]+\/[^/]+|[^/]+)\//.exec(file)?.[1];

async function packageNames() {
  const inputs = [...(await build({ write: false, production: true })), ...(await programInputs())];
  const bundled = inputs.map(packageOf).filter(Boolean);
  const shipped = targets.flatMap((target) => shippedPackages(target).map(({ name }) => name));
  return [...new Set([...bundled, ...shipped])].sort();
}

/** A text with the packages that share it; whitespace and line ends do not make a difference. */
function licenceText(name) {
  // The native parts of sharp differ by platform, and only this machine's are installed: sharp's own licence is theirs.
  const source = /^@img\/sharp-/.test(name) ? (name.includes('libvips') ? undefined : 'sharp') : name;
  const own =
    source && fs.existsSync(path.join(root, 'node_modules', source))
      ? ownText(path.join(root, 'node_modules', source))
      : '';
  const added = path.join(supplied, `${name.replace('/', '__').replace(/-libvips-.*/, '-libvips')}.txt`);
  return [own, fs.existsSync(added) ? fs.readFileSync(added, 'utf8') : '']
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n\n');
}

function ownText(folder) {
  const names = fs.readdirSync(folder).filter((name) => /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i.test(name));
  return names
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

export async function notices() {
  const texts = new Map();
  const lines = [];
  for (const name of await packageNames()) {
    const { version, license } = locked(name);
    const text = licenceText(name);
    if (!text)
      throw new Error(
        `${name} has no licence text: add one as scripts/package/licences/${name.replace('/', '__')}.txt.`,
      );
    const key = text.replace(/\s+/g, ' ');
    texts.set(key, { text, packages: [...(texts.get(key)?.packages ?? []), name] });
    lines.push(`| ${name} | ${version} | ${license ?? 'see below'} |`);
  }
  const sections = [...texts.values()].map(
    ({ text, packages }) => `## ${packages.join(', ')}\n\n\`\`\`text\n${text}\n\`\`\`\n`,
  );
  return `# Third-party notices

Saliency Lens (Apache-2.0, see LICENSE) ships with the packages below: inside its bundles (dist/) or next to them
(node_modules/). The files of sharp and ONNX Runtime differ by platform; the list is of all platforms. Made by
\`npm run generate\` from what is packaged.

| package | version | licence |
| --- | --- | --- |
${lines.join('\n')}

${sections.join('\n')}`;
}
