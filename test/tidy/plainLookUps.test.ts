// A word from outside (an operator's name, a label, a flag) is looked up in a Map, or as a table's own entry:
// `constructor` and `__proto__` are in every object.
import type { BinaryExpression, ElementAccessExpression, Expression, Node } from 'typescript/unstable/ast';
import { expect, test } from 'vitest';
import { sourceFiles } from './files.ts';
import { isKind, mayBeAnyText, SyntaxKind, type Typed, type TypedFile, withTypes } from './types.ts';

/** Where the look-up is made that all others go through. */
const HERE = 'src/explainers/tables.ts';

/**
 * `table[text]` and `text in table`, wherever the key may be any text. Deleting harms nothing: only own entries can be
 * deleted.
 */
function plainLookUps({ checker, visit }: Typed): readonly string[] {
  const found: { readonly node: Node; readonly file: TypedFile; readonly key: Expression; readonly of: Expression }[] =
    [];
  visit((node, file) => {
    if (file.name === HERE) return;
    if (isKind<ElementAccessExpression>(node, SyntaxKind.ElementAccessExpression)) {
      if (node.parent.kind !== SyntaxKind.DeleteExpression)
        found.push({ node, file, key: node.argumentExpression, of: node.expression });
    } else if (isKind<BinaryExpression>(node, SyntaxKind.BinaryExpression)) {
      if (node.operatorToken.kind === SyntaxKind.InKeyword) {
        found.push({ node, file, key: node.left, of: node.right });
      }
    }
  });
  const types = checker.getTypeAtLocation(found.map(({ key }) => key));
  const tables = checker.getTypeAtLocation(found.map(({ of }) => of));
  // What `table` makes has no prototype.
  const isBare = (i: number) => tables[i] !== undefined && /^Table</.test(checker.typeToString(tables[i]));
  return found
    .filter((_, i) => mayBeAnyText(checker, types[i]) && !isBare(i))
    .map(({ node, file }) => file.place(node));
}

test('no table is looked up by a text but through own', { timeout: 120_000 }, () => {
  const files = sourceFiles('src').filter((file) => !file.includes('/generated/'));
  expect(withTypes(plainLookUps, files)).toEqual([]);
});

test('the check sees a look-up, an `in` and a key behind a type parameter, and passes what is known', {
  timeout: 120_000,
}, () => {
  const seen = withTypes(plainLookUps, ['test/tidy/lookUpsExample.ts']).map((place) => place.replace(/^.*?:\d+: /, ''));
  expect(seen).toEqual([
    'table[word]',
    'table[word]',
    'word in table',
    expect.stringContaining('word}!`]'),
    'table[key]',
  ]);
});
