// Arguments lie on the stack: `Math.max(...pixels)` fails on an image that is large enough. What is as long as the data
// is walked.
import type { CallExpression, NewExpression, Node, SpreadElement } from 'typescript/unstable/ast';
import { expect, test } from 'vitest';
import { sourceFiles } from './files.ts';
import { isKind, SyntaxKind, type Typed, type TypedFile, withTypes } from './types.ts';

/** What takes as many arguments as there are: all else hands on a handful. */
const TAKES_ALL = /^(Math\.(min|max)|String\.from(CharCode|CodePoint)|.*\.(push|unshift|splice|concat))$/s;
/** Registered once, when the extension starts. */
const ONCE = 'context.subscriptions.push';

/** Calls with the elements of a list as their arguments, tuples aside: these are as long as they are written. */
function spreadArguments({ checker, visit }: Typed): readonly string[] {
  const found: { readonly call: Node; readonly file: TypedFile; readonly spread: SpreadElement }[] = [];
  visit((node, file) => {
    const call =
      isKind<CallExpression>(node, SyntaxKind.CallExpression) || isKind<NewExpression>(node, SyntaxKind.NewExpression);
    const name = call ? file.text.slice(node.expression.pos, node.expression.end).trim() : '';
    if (!TAKES_ALL.test(name) || name === ONCE) return;
    for (const argument of call ? (node.arguments ?? []) : []) {
      if (isKind<SpreadElement>(argument, SyntaxKind.SpreadElement)) found.push({ call: node, file, spread: argument });
    }
  });
  const types = checker.getTypeAtLocation(found.map(({ spread }) => spread.expression));
  return found.filter((_, i) => !types[i] || !checker.isTupleType(types[i])).map(({ call, file }) => file.place(call));
}

test('no list is spread into arguments', { timeout: 120_000 }, () => {
  expect(withTypes(spreadArguments, sourceFiles('src'))).toEqual([]);
});

test('the check sees a spread list, and passes a tuple and a list in brackets', { timeout: 120_000 }, () => {
  const seen = withTypes(spreadArguments, ['test/tidy/spreadsExample.ts']).map((place) =>
    place.replace(/^.*?:\d+: /, ''),
  );
  expect(seen).toEqual(['Math.max(...values)', 'list.push(...more)']);
});
