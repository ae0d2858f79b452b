import type { JsonSchema } from './jsonSchema.ts';

const number: JsonSchema = { type: 'number' };
const list: JsonSchema = { type: 'array', items: number, minItems: 1, maxItems: 65_536 };
const numbers: JsonSchema = { anyOf: [number, list] };
const text: JsonSchema = { type: 'string', minLength: 1 };

const TABLE = {
  from: {
    ...text,
    description:
      'A CSV or Parquet file with a row per image, relative to this card; or *ENDING.json, a JSON file next to each image (*.json: photo.json next to photo.png). A file NAME.inputs.json next to an image always counts, and before the table.',
  },
  key: {
    ...text,
    description:
      "The table's column with the images' names. Default: that of another input with this table, else its first column.",
  },
};

const column = (about: string): JsonSchema => ({
  description: about,
  anyOf: [text, { type: 'array', items: text, minItems: 1, maxItems: 65_536 }],
});

const value = (description: string, schema: JsonSchema): JsonSchema => ({ ...schema, description });
const DEFAULT = 'The value of images without one. Without a default, such images are refused.';
const BASELINE =
  'The neutral value, such as the mean of the training data, with which an explanation of the inputs themselves compares.';

/** The entry of each kind: its own fields, besides those of a table. */
const KINDS: Readonly<Record<string, { readonly required: readonly string[]; readonly fields: JsonSchema }>> = {
  number: {
    required: [],
    fields: {
      ...TABLE,
      column: column(
        'The column; several, in order, for an input with several numbers. Default: the name of the input.',
      ),
      default: value(DEFAULT, numbers),
      baseline: value(BASELINE, numbers),
    },
  },
  category: {
    required: ['values'],
    fields: {
      ...TABLE,
      values: {
        type: 'object',
        minProperties: 1,
        additionalProperties: numbers,
        description:
          'The names of the values and the numbers that the model takes for them: { "F": 0, "M": 1 }, or lists for a one-hot input.',
      },
      column: value('The column. Default: the name of the input.', text),
      default: value(DEFAULT, text),
      baseline: value(`${BASELINE} A name of "values", or numbers.`, { anyOf: [text, number, list] }),
    },
  },
  tokens: {
    required: [],
    fields: {
      ...TABLE,
      tokenizer: value('A tokenizer.json of Hugging Face, relative to this card.', text),
      vocabulary: value(
        'A file with the words in the order of their numbers (a JSON list, an object, or a word per line), relative to this card. Texts are then split at spaces.',
        text,
      ),
      length: {
        type: 'integer',
        minimum: 1,
        maximum: 65_536,
        description: 'How many tokens the model takes, if its file leaves that open.',
      },
      column: value('The column. Default: the name of the input.', text),
      default: value(DEFAULT, { type: 'string' }),
      baseline: value(BASELINE, { type: 'string' }),
    },
  },
  constant: {
    required: ['value'],
    fields: {
      value: value('The same for all images: a number for all elements, or one per element.', {
        anyOf: [number, { type: 'boolean' }, list],
      }),
    },
  },
};

/** The schema of a card's `inputs`. */
export const furtherInputsSchema: JsonSchema = {
  description:
    'Further inputs of the model besides the image, by their names in the model file. They are held fixed while the image is explained.',
  type: 'object',
  additionalProperties: {
    type: 'object',
    required: ['kind'],
    properties: { kind: { enum: Object.keys(KINDS), description: 'What the input takes.' } },
    allOf: Object.entries(KINDS).map(([kind, { required, fields }]) => ({
      if: { required: ['kind'], properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema’s own word.
      then: {
        required,
        additionalProperties: false,
        properties: { kind: true, ...fields },
      },
    })),
  },
};
