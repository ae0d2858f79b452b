import { describe, expect, it } from 'vitest';
import { markupText } from '../../src/explainers/markupText.ts';
import { markdownText } from '../../src/webview/takeAway/markdownText.ts';

describe('texts from outside', () => {
  it.each(['<script>alert(1)</script>', '[x](javascript:alert(1))', 'a|b', '![i](http://x/y.png)', '`code`', '# head'])(
    'stay texts: %s',
    (text) => {
      expect(markupText(text)).not.toMatch(/[<>]/);
      expect(markdownText(text)).not.toMatch(/(?<!\\)[[\]()<>|`!#]/);
    },
  );
});

describe('texts from outside that do more than they look', () => {
  it.each([
    ['see http://x.org/y', 'see http\\://x.org/y'],
    ['www.x.org', 'www\\.x.org'],
    ['me@x.org', 'me\\@x.org'],
    ['$x^2$', '\\$x^2\\$'],
    ['](http://x)', '\\]\\(http\\://x\\)'],
    ['a\nb', 'a b'],
    ['a\u202egnp.exe', 'a\\\\u202egnp.exe'],
    ['a\u001b[31m', 'a\\\\x1b\\[31m'],
  ])('in Markdown: %j', (text, written) => {
    expect(markdownText(text)).toBe(written);
  });

  it('in HTML: what is invisible is written out', () => {
    expect(markupText('a\u202e<b>\u0000')).toBe('a\\u202e&lt;b&gt;\\x00');
    expect(markupText('two\nlines\t\uffff')).toBe('two\nlines\t');
  });
});
