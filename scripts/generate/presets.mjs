// docs/presets.md: what each preset is, with every quirk, and which parameters it sets.
import { loadSource } from '../steps/loadSource.mjs';

export const file = 'docs/presets.md';

function section(preset, methods) {
  const rows = Object.entries(preset.methods).map(([id, parameters]) => {
    const spec = methods.get(id).parameters;
    const set = Object.entries(parameters).map(([key, value]) => {
      const text = `\`${key}=${value}\``;
      return value === spec[key].default ? text : `**${text}**`;
    });
    return `| [\`${id}\`](methods/${id}.md) | ${set.join(' ') || 'ours'} |`;
  });
  return `## ${preset.title}

    --preset ${preset.id}

${preset.about}

| method | parameters |
| --- | --- |
${rows.join('\n')}
`;
}

export async function generate() {
  const { PRESETS, methods } = await loadSource(`
    export { PRESETS } from './src/explainers/methods/presets.ts';
    export { methods } from './src/explainers/methods/methods.ts';
  `);
  return `<!-- Generated from src/explainers/methods/presets.ts by npm run generate. -->

# Presets

Libraries and papers differ in their defaults. A preset sets the parameters of several methods at once, in the panel's menu or by
\`--preset\`; other methods keep theirs. **Bold**: differs from our default.

${PRESETS.map((preset) => section(preset, methods)).join('\n')}`;
}
