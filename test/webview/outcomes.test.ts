import { describe, expect, it } from 'vitest';
import { countOutcomes, outcomeOf } from '../../src/webview/classes/outcomes.ts';
import { makeScene } from './page/scene.ts';

describe('outcomes', () => {
  it.each([
    [true, 'drawn', 'right'],
    [true, 'present', 'right'],
    [false, 'drawn', 'missed'],
    [false, 'present', 'missed'],
    [true, 'absent', 'falseAlarm'],
    [false, 'absent', 'rightlyAbsent'],
    [true, null, null],
    [false, null, null],
  ] as const)('predicted %s and annotated as %s is %s', (predicted, mark, outcome) => {
    expect(outcomeOf({ predicted }, mark)).toBe(outcome);
  });

  it('counts each class once, and none where the files say nothing', () => {
    const { scores } = makeScene('chest').predict('image');
    expect(countOutcomes(scores, { 4: 'drawn', 5: 'absent', 2: 'present', 13: 'absent' })).toEqual({
      right: 1,
      missed: 1,
      falseAlarm: 1,
      rightlyAbsent: 1,
    });
    expect(countOutcomes(scores, {})).toBeNull();
  });
});
