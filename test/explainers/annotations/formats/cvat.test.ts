import { expect, test } from 'vitest';
import { cvat } from '../../../../src/explainers/annotations/formats/cvat.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('boxes, turned ones, polygons, ellipses, masks, tags and tracks', () => {
  expectAsTheTools(cvat);
  const file = cvat.parse(fixture('cvat/files/images.xml'));
  expect(file.labels).toEqual(['cat', 'dog', 'Pleural effusion']);
  expect(file.problems).toEqual([
    expect.stringMatching(/^line \d+: a point has no area; "cat" counts as present, not drawn$/),
  ]);
  const lines = new TextDecoder().decode(fixture('cvat/files/images.xml').bytes).split('\n');
  for (const { line, label } of file.images[0]!.annotations) expect(lines[line! - 1]).toContain(`label="${label}"`);
  expect(cvat.parse(fixture('cvat/files/other.xml'))).toMatchObject({ problems: [], labels: ['cat', 'dog'] });
});

const image = (inside: string) =>
  text('a.xml', `<annotations>\n<image name="a.png" width="90" height="80">\n${inside}</image></annotations>`);
test.each([
  ['<box xtl="1" ytl="1" xbr="2" ybr="2"/>', 'a box has no label'],
  [
    '<box label="cat" xtl="1" ytl="1" xbr="x" ybr="2"/>',
    'its box holds a value that is not a number; "cat" counts as present, not drawn',
  ],
  [
    '<box label="cat" xtl="95" ytl="1" xbr="99" ybr="2"/>',
    'its box lies outside the image; "cat" counts as present, not drawn',
  ],
  [
    '<polygon label="cat" points="1,2;3,4"/>',
    'its polygon has 2 points, but an area needs 3; "cat" counts as present, not drawn',
  ],
  [
    '<polygon label="cat" points="1,2;3,4;5"/>',
    'its polygon has 5 numbers, which is not a list of x, y pairs; "cat" counts as present, not drawn',
  ],
  [
    '<ellipse label="cat" cx="1" cy="2" rx="0" ry="3"/>',
    'its ellipse has no radii; "cat" counts as present, not drawn',
  ],
  [
    '<mask label="cat" rle="1,2" left="0" top="0" width="1" height="2"/>',
    'its mask\'s runs cover 3 pixels, but its rectangle has 2; "cat" counts as present, not drawn',
  ],
  [
    '<mask label="cat" rle="1,x" left="0" top="0" width="3" height="2"/>',
    'its mask has a run length that is not a whole number; "cat" counts as present, not drawn',
  ],
  [
    '<mask label="cat" rle="1,2" left="0" top="0" width="1e9" height="1e9"/>',
    'its mask has no valid "left", "top", "width" and "height"; "cat" counts as present, not drawn',
  ],
  ['<toString label="cat"/>', 'a <toString> is an unknown shape'],
])('%s', (inside, problem) => expect(cvat.parse(image(inside)).problems).toEqual([`line 3: ${problem}`]));

const good = new TextDecoder().decode(fixture('cvat/files/other.xml').bytes);
test.each([
  [
    'cut off',
    good.slice(0, good.indexOf('<track')),
    'Line 10 of the CVAT file ends before </annotations>: the file is cut off.',
  ],
  [
    'a tag closed wrongly',
    good.replace('</image>', '</imago>'),
    'Line 9 of the CVAT file closes another element where </image> is due.',
  ],
  [
    'another root',
    '<annotation><image/></annotation>',
    'The CVAT file begins with <annotation> instead of <annotations>.',
  ],
])('malformed: %s', (_, content, message) =>
  expectError(cvat, text('bad.xml', content), `bad.xml:${/\d+/.exec(message)?.[0] ?? 1}`, message),
);
