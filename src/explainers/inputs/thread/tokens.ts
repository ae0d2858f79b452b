import { Tokenizer } from '@huggingface/tokenizers';
import { ExplainError } from '../../errors.ts';
import type { TokensAnswer, TokensRequest } from './tasks.ts';

interface Open {
  readonly key: string;
  readonly tokenizer: Tokenizer;
  readonly pad: number | null;
}

/** The one that was used last: reading a large one takes longer than using it. */
let open: Open | undefined;

/** A text as tokens. @throws ExplainError `card` */
export function tokensOf({ key, tokenizer, config, text }: TokensRequest): TokensAnswer {
  if (open?.key !== key) open = { key, ...opened(tokenizer, config, key) };
  try {
    const { ids, tokens } = open.tokenizer.encode(text);
    const { ids: plain } = open.tokenizer.encode(text, { add_special_tokens: false });
    return { ids: ids.map(Number), tokens: tokens.map(String), plain: plain.map(Number), pad: open.pad };
  } catch (thrown) {
    throw unusable(key, thrown);
  }
}

function opened(tokenizer: string, config: string | null, file: string): Omit<Open, 'key'> {
  try {
    const json = JSON.parse(tokenizer) as { readonly padding?: { readonly pad_id?: unknown } | null };
    const settings = (config === null ? {} : JSON.parse(config)) as { readonly pad_token?: unknown };
    const made = new Tokenizer(json, settings);
    const told = json.padding?.pad_id;
    return { tokenizer: made, pad: typeof told === 'number' ? told : padOf(made, settings.pad_token) };
  } catch (thrown) {
    throw unusable(file, thrown);
  }
}

const PADS = ['[PAD]', '<pad>', '<|pad|>', '<|endoftext|>'];

function padOf(tokenizer: Tokenizer, told: unknown): number | null {
  const content = typeof told === 'object' && told !== null ? (told as { readonly content?: unknown }).content : told;
  for (const name of [content, ...PADS]) {
    const id = typeof name === 'string' ? tokenizer.token_to_id(name) : undefined;
    if (typeof id === 'number') return id;
  }
  return null;
}

const unusable = (file: string, thrown: unknown) =>
  new ExplainError({
    kind: 'card',
    message: `The tokenizer cannot be used: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    subject: file.split('\n')[0]!,
    next: 'Use the tokenizer.json of a fast tokenizer of Hugging Face, or a "vocabulary".',
  });
