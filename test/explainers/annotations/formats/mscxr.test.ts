import { expect, test } from 'vitest';
import { mscxr } from '../../../../src/explainers/annotations/formats/mscxr.ts';
import { expectAsTheTools, expectError, fixture, text } from '../fixture.ts';

test('several boxes of a phrase, in pixels of the declared size', () => {
  expectAsTheTools(mscxr);
  expect(mscxr.parse(fixture('mscxr/files/MS_CXR_Local_Alignment_v1.1.0.csv'))).toMatchObject({
    problems: [],
    labels: null,
    images: [{ size: [3056, 2544] }, { size: [2544, 2022] }],
  });
});

const HEADER = 'dicom_id,category_name,label_text,path,x,y,w,h,image_width,image_height\n';
test.each([
  ['a,Edema,t,p,1,2,0,4,9,9', 'line 2: its box is 0 wide and 4 high; "Edema" counts as present, not drawn'],
  ['a,Edema,t,p,1,2,3,4,0,9', 'line 2: the image declares an invalid size'],
])('%s', (row, problem) => expect(mscxr.parse(text('a.csv', HEADER + row)).problems).toEqual([problem]));

test('malformed: columns or rows missing', () => {
  expectError(
    mscxr,
    text('bad.csv', 'dicom_id,category_name,x,y\na,b,1,1'),
    'bad.csv:1',
    'The MS-CXR file has no column "w", "h".',
  );
  expectError(mscxr, text('bad.csv', HEADER), 'bad.csv:1', 'The MS-CXR file has no readable row.');
});
