/** Spellings of one finding in the public chest X-ray sets; the first is no more correct than the others. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['infiltration', 'infiltrate'],
  ['effusion', 'pleural effusion'],
  ['lung opacity', 'airspace opacity'],
  ['no finding', 'no findings'],
];

/**
 * A label for comparison: case, underscores, hyphens, dots and repeated spaces make no difference, nor does a WordNet
 * id before it.
 */
function plainLabel(label: string): string {
  const plain = label
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-–/.]+/g, ' ')
    .trim();
  return plain.replace(/^n\d{8} /, '');
}

/** Finds a model's class from the label in an annotation file. */
export interface LabelMatcher {
  /** Null: the label matches no class, or several. */
  index(label: string): number | null;
}

type Aliases = Readonly<Record<string, string>>;

const NONE: Aliases = {};
/** One for the labels and aliases of a card: each image asks for it, and 1,000 labels take some milliseconds. */
const matchers = new WeakMap<readonly string[], WeakMap<Aliases, LabelMatcher>>();

/**
 * The model's labels by all their names. In order: the label itself; the card's aliases (file's label → model's label,
 * or the other way round); the label ignoring spelling; one of several names in a label ('Egyptian cat, Felis catus');
 * well-known synonyms. A name that means two classes matches neither.
 */
export function labelMatcher(labels: readonly string[], aliases: Aliases = NONE): LabelMatcher {
  const byAliases = matchers.get(labels) ?? new WeakMap<Aliases, LabelMatcher>();
  matchers.set(labels, byAliases);
  const matcher = byAliases.get(aliases) ?? newMatcher(labels, aliases);
  byAliases.set(aliases, matcher);
  return matcher;
}

function newMatcher(labels: readonly string[], aliases: Aliases): LabelMatcher {
  const exact = names(labels.map((label, i) => [label, i]));
  const plain = names(labels.map((label, i) => [plainLabel(label), i]));
  const listed = names(labels.flatMap((label, i) => label.split(/[,;]/).map((part) => [plainLabel(part), i] as const)));
  const direct = (label: string) => first(label, [exact, (l) => l], [plain, plainLabel], [listed, plainLabel]);
  const aliased = names(
    Object.entries(aliases).flatMap(([from, to]) =>
      [
        [plainLabel(from), direct(to)],
        [plainLabel(to), direct(from)],
      ].flatMap(([name, index]) => (typeof index === 'number' ? [[name as string, index] as const] : [])),
    ),
  );
  const synonyms = names(
    SYNONYMS.flatMap((group) => {
      const index = group.map((name) => plain.get(plainLabel(name))).find((i) => i !== undefined);
      return typeof index === 'number' ? group.map((name) => [plainLabel(name), index] as const) : [];
    }),
  );
  return {
    index: (label) =>
      first(
        label,
        [exact, (l) => l],
        [aliased, plainLabel],
        [plain, plainLabel],
        [listed, plainLabel],
        [synonyms, plainLabel],
      ),
  };
}

/** Name → index; null if the name means several. */
function names(entries: readonly (readonly [string, number])[]): Map<string, number | null> {
  const map = new Map<string, number | null>();
  for (const [name, index] of entries) {
    if (name === '') continue;
    const known = map.get(name);
    map.set(name, known === undefined || known === index ? index : null);
  }
  return map;
}

function first(label: string, ...tables: [Map<string, number | null>, (label: string) => string][]): number | null {
  for (const [table, key] of tables) {
    const index = table.get(key(label));
    if (index !== undefined) return index;
  }
  return null;
}
