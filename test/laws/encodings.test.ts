import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormatInput } from '../../src/explainers/annotations/format.ts';
import { formatOf } from '../../src/explainers/annotations/formats/formats.ts';
import { errorReport } from '../../src/explainers/errors.ts';

// Node can read these encodings, but only write UTF-8 and UTF-16: what is written is found by reading each code.
function encoder(encoding: string, pairs: boolean): (text: string) => Uint8Array {
  const decoder = new TextDecoder(encoding);
  const codes = new Map<string, readonly number[]>();
  const learn = (bytes: readonly number[]) => {
    const character = decoder.decode(Uint8Array.from(bytes));
    if ([...character].length === 1 && character !== '\ufffd' && !codes.has(character)) codes.set(character, bytes);
  };
  for (let a = 0; a < 256; a++) learn([a]);
  for (let a = 0x81; pairs && a < 0xff; a++) for (let b = 0x40; b < 0xff; b++) learn([a, b]);
  return (text) =>
    Uint8Array.from([...text].flatMap((character) => codes.get(character) ?? expect.unreachable(character)));
}

const utf16 = (little: boolean, mark: boolean) => (text: string) => {
  const bytes = Buffer.from((mark ? '\uFEFF' : '') + text, 'utf16le');
  return Uint8Array.from(little ? bytes : bytes.swap16());
};
const utf8 = (mark: boolean) => (text: string) => new TextEncoder().encode((mark ? '\uFEFF' : '') + text);

interface Encoding {
  readonly name: string;
  readonly write: (text: string) => Uint8Array;
  /** Words that it can write. */
  readonly words: readonly string[];
}

/** Encodings that a file of any format may have: nothing declares them. */
const UNDECLARED: readonly Encoding[] = [
  { name: 'utf-8', write: utf8(false), words: ['café', 'кот', '猫', 'Ödem', '🐱'] },
  { name: 'utf-8 with a mark', write: utf8(true), words: ['café', 'кот', '猫'] },
  { name: 'utf-16le with a mark', write: utf16(true, true), words: ['café', 'кот', '猫', '🐱'] },
  { name: 'utf-16be with a mark', write: utf16(false, true), words: ['café', 'кот', '猫'] },
  { name: 'utf-16le', write: utf16(true, false), words: ['café', 'кот'] },
  { name: 'utf-16be', write: utf16(false, false), words: ['café', 'кот'] },
  { name: 'windows-1252', write: encoder('windows-1252', false), words: ['café', 'Ödem', '€ œuvre', 'naïve'] },
];
/** Those that only the declaration of an XML file tells. */
const DECLARED: readonly Encoding[] = [
  ...['iso-8859-1', 'ISO-8859-1', 'latin1', 'windows-1252'].map((name) => ({
    name,
    write: encoder('windows-1252', false),
    words: ['café', 'Ödem'],
  })),
  ...['windows-1251', 'cp1251'].map((name) => ({
    name,
    write: encoder('windows-1251', false),
    words: ['кот', 'лёгкое'],
  })),
  { name: 'koi8-r', write: encoder('koi8-r', false), words: ['кот'] },
  { name: 'iso-8859-2', write: encoder('iso-8859-2', false), words: ['kočka', 'płuco'] },
  { name: 'iso-8859-15', write: encoder('iso-8859-15', false), words: ['œdème €'] },
  ...['shift_jis', 'Shift-JIS', 'cp932'].map((name) => ({
    name,
    write: encoder('shift_jis', true),
    words: ['猫', '肺ソ'],
  })),
  ...['gbk', 'gb2312', 'cp936'].map((name) => ({ name, write: encoder('gbk', true), words: ['猫', '肺炎'] })),
  { name: 'big5', write: encoder('big5', true), words: ['貓'] },
  { name: 'euc-kr', write: encoder('euc-kr', true), words: ['고양이'] },
];

const box = '<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>';
/** A file of each text format that names one class. */
const FILES: Readonly<
  Record<string, (label: string, declaration: string) => { path: string; text: string; names?: string }>
> = {
  voc: (label, declaration) => ({
    path: 'a.xml',
    text: `${declaration}<annotation><filename>a.png</filename><object><name>${label}</name>${box}</object></annotation>`,
  }),
  cvat: (label, declaration) => ({
    path: 'c.xml',
    text: `${declaration}<annotations><version>1.1</version><image id="0" name="a.png" width="80" height="60"><box label="${label}" xtl="1" ytl="2" xbr="30" ybr="40"/></image></annotations>`,
  }),
  boxCsv: (label) => ({ path: 't.csv', text: `filename,class,xmin,ymin,xmax,ymax\na.png,${label},1,2,30,40\n` }),
  vindr: (label) => ({ path: 't.csv', text: `image_id,class_name,x_min,y_min,x_max,y_max\na,${label},1,2,30,40\n` }),
  coco: (label) => ({
    path: 'c.json',
    text: JSON.stringify({
      images: [{ id: 1, file_name: 'a.png' }],
      categories: [{ id: 1, name: label }],
      annotations: [{ id: 1, image_id: 1, category_id: 1, bbox: [1, 2, 29, 38] }],
    }),
  }),
  labelme: (label) => ({
    path: 'a.json',
    text: JSON.stringify({
      shapes: [
        {
          label,
          shape_type: 'rectangle',
          points: [
            [1, 2],
            [30, 40],
          ],
        },
      ],
      imagePath: 'a.png',
    }),
  }),
  yolo: (label) => ({ path: 'a.txt', text: '1 0.5 0.5 0.2 0.2', names: `cow\n${label}\n` }),
};

function labelsOf(format: string, input: FormatInput): readonly string[] {
  const found = formatOf(input);
  expect(found?.id).toBe(format);
  return found!.parse(input).images.flatMap(({ annotations }) => annotations.map(({ label }) => label));
}

describe.each(Object.keys(FILES))('%s', (format) => {
  test('a label is read in every encoding that files come in', () => {
    const encodings = fc
      .constantFrom(...UNDECLARED)
      .chain((encoding) => fc.tuple(fc.constant(encoding), fc.constantFrom(...encoding.words), fc.boolean()));
    fc.assert(
      fc.property(encodings, ([{ name, write }, label, declares]) => {
        // A declaration is true where there is one, or says the usual of what cannot be wrong: UTF-16 by its mark.
        const said = /^utf-8/.test(name) || declares === false ? '' : name.startsWith('utf-16') ? 'utf-16' : name;
        const file = FILES[format]!(
          label,
          said === '' ? '<?xml version="1.0"?>' : `<?xml version="1.0" encoding="${said}"?>`,
        );
        const input: FormatInput = {
          path: file.path,
          bytes: write(file.text),
          ...(file.names && { beside: new Map([['classes.txt', write(file.names)]]) }),
        };
        expect([name, ...labelsOf(format, input)]).toEqual([name, label]);
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

describe.each(['voc', 'cvat'])('%s in the encoding that it declares', (format) => {
  test.each(DECLARED.flatMap((encoding) => encoding.words.map((word) => [encoding.name, word, encoding] as const)))(
    '%s: %s',
    (name, label, { write }) => {
      const { path, text } = FILES[format]!(label, `<?xml version='1.0' encoding='${name}' ?>\n`);
      expect(labelsOf(format, { path, bytes: write(text) })).toEqual([label]);
    },
  );

  test('UTF-8 that says it is UTF-16, and cp1252 that says it is UTF-8', () => {
    const text = (encoding: string) => FILES[format]!('café', `<?xml version="1.0" encoding="${encoding}"?>`);
    expect(labelsOf(format, { path: 'a.xml', bytes: utf8(false)(text('utf-16').text) })).toEqual(['café']);
    const latin = encoder('windows-1252', false)(text('UTF-8').text);
    expect(labelsOf(format, { path: 'a.xml', bytes: latin })).toEqual(['café']);
  });

  test('an encoding that nobody knows is an error that names it', () => {
    const { path, text } = FILES[format]!('cat', '<?xml version="1.0" encoding="x-klingon"?>');
    const input = { path, bytes: utf8(false)(text) };
    try {
      formatOf(input)!.parse(input);
      expect.unreachable();
    } catch (thrown) {
      expect(errorReport(thrown)).toMatchObject({
        kind: 'annotation',
        message: expect.stringContaining('it declares the encoding "x-klingon", which is not supported'),
      });
    }
  });
});
