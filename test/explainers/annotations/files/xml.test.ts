import { expect, test } from 'vitest';
import { child, readXml, xmlRoot } from '../../../../src/explainers/annotations/files/xml.ts';
import { text, thrown } from '../fixture.ts';

test('elements, attributes, text, lines', () => {
  const root = readXml(
    text(
      'a.xml',
      `<?xml version="1.0"?>\n<!-- <no/> -->\n<a x="1 &lt; 2" y='"'>\n  <b/>t<b>&#65;&#x42;<![CDATA[<&]]></b>\n</a>\n`,
    ),
    'test',
  );
  expect(root).toMatchObject({ name: 'a', attributes: { x: '1 < 2', y: '"' }, text: 't', line: 3 });
  expect(root.children.map(({ name, text: inner, line }) => [name, inner, line])).toEqual([
    ['b', '', 4],
    ['b', 'AB<&', 4],
  ]);
  expect(child(root, 'b')).toBe(root.children[0]);
  expect(child(undefined, 'b')).toBeUndefined();
});

test.each([
  ['<a/>', 'a'],
  ['\uFEFF <?xml version="1.0"?><!DOCTYPE html><!-- <b> --> <a x="1">', 'a'],
  ['<!---->'.repeat(5000), null],
  [' '.repeat(100_000), null],
  ['<!-- never closed', null],
  ['{"a": 1}', null],
])('the root of %#', (head, root) => expect(xmlRoot(head)).toBe(root));

test('no entity expands, nothing outside is read', () => {
  const laughs = `<!DOCTYPE a [<!ENTITY b "${'&c;'.repeat(10)}">]><a>&b;</a>`;
  expect(thrown(() => readXml(text('a.xml', laughs), 'test')).message).toBe(
    'Line 1 of the test file is not valid XML: a document type of its own is not read.',
  );
  const outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>&b;&#x110000;</a>';
  expect(readXml(text('a.xml', outside), 'test').text).toBe('&b;&#x110000;');
});

test('attributes named like an object’s own parts are only attributes', () => {
  const { attributes } = readXml(text('a.xml', '<a __proto__="1" constructor="2"/>'), 'test');
  expect(attributes['constructor']).toBe('2');
  expect(({} as Record<string, unknown>)['1']).toBeUndefined();
});

test('long files of little sense end soon', () => {
  for (const bomb of [
    `<a ${'x="1" '.repeat(1e5)}`,
    `<a>${'<b '.repeat(1e5)}`,
    `<a>${'&amp'.repeat(1e5)}</a>`,
    '<'.repeat(1e5),
  ]) {
    try {
      readXml(text('a.xml', bomb), 'test');
    } catch (error) {
      expect(error).toMatchObject({ kind: 'annotation' });
    }
  }
}, 10_000);
