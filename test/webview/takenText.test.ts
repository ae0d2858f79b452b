import { describe, expect, it } from 'vitest';
import { markdownText } from '../../src/webview/takeAway/markdownText.ts';
import { markupText } from '../../src/webview/takeAway/markupText.ts';

describe('texts from outside', () => {
  it.each(['<script>alert(1)</script>', '[x](javascript:alert(1))', 'a|b', '![i](http://x/y.png)', '`code`', '# head'])(
    'stay texts: %s',
    (text) => {
      expect(markupText(text)).not.toMatch(/[<>]/);
      expect(markdownText(text)).not.toMatch(/(?<!\\)[[\]()<>|`!#]/);
    },
  );
});
