import type { SetUpRequests } from '../../explainers/protocol/modelPages.ts';
import { checkFields } from '../panels/refuseFields.ts';
import {
  array,
  boolean,
  type Check,
  choice,
  either,
  integer,
  number,
  object,
  optional,
  text,
} from '../panels/shapes.ts';

const MOST_LABELS = 100_000;

/** The card's schema says what each may be; this says that nothing else is there. */
const change = object({
  size: optional(array(integer(1, 16_384), 2, 2)),
  resize: optional(choice('squash', 'crop', 'letterbox')),
  cropFraction: optional(number()),
  fill: optional(number()),
  antialias: optional(boolean),
  interpolation: optional(choice('nearest', 'bilinear', 'bicubic', 'lanczos')),
  channels: optional(choice('rgb', 'bgr', 'gray')),
  scale: optional(number()),
  mean: optional(array(number(), 512, 1)),
  std: optional(array(number(), 512, 1)),
});
const orNull = (check: Check): Check => either(check, (given) => (given === null ? true : undefined));

const choices = object({
  change,
  labels: orNull(either(choice('imagenet'), array(text(1000), MOST_LABELS, 1))),
  task: orNull(choice('multi-label', 'multi-class')),
});

const FIELDS: { readonly [K in keyof SetUpRequests]: Readonly<Record<string, Check>> } = {
  ready: {},
  look: { change },
  trials: {},
  chooseImage: {},
  draft: { choices },
  write: { choices },
  showLog: {},
};

/** Throws `usage` for a request that the form does not send. */
export function checkSetUp(method: keyof SetUpRequests, params: unknown): void {
  checkFields(FIELDS[method], method, params);
}
