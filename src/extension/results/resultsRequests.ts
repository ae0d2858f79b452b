import type { ResultsHostSide } from '../../explainers/protocol/resultsMessages.ts';
import { checkFields } from '../panels/refuseFields.ts';
import {
  array,
  boolean,
  type Check,
  choice,
  either,
  integer,
  name,
  nothing,
  number,
  object,
  text,
} from '../panels/shapes.ts';

type Requests = ResultsHostSide['requests'];

/** In one answer. */
const MOST_ROWS = 2000;
const MOST_PICTURES = 64;
const MOST_METRICS = 64;

const place = integer(0, 2 ** 31 - 1);
const isNull: Check = (given) => (given === null ? given : nothing);
const orNull = (check: Check) => either(isNull, check);
const range = array(number(), 2);
const filter = object({
  index: orNull(place),
  method: orNull(name),
  outcome: orNull(choice('right', 'wrong', 'missed', 'falseAlarm', 'unlabelled')),
  score: orNull(range),
  metric: orNull(object({ id: name, range })),
  lowAgreement: boolean,
  image: text(1000),
  findings: boolean,
});
const sort = object({ by: orNull(name), down: boolean });

const FIELDS: { readonly [K in keyof Requests]: Readonly<Record<string, Check>> } = {
  ready: {},
  rows: { filter, sort, from: place, count: integer(0, MOST_ROWS), metrics: array(name, MOST_METRICS) },
  summary: { filter, metric: name },
  pictures: { images: array(text(4096), MOST_PICTURES), side: integer(16, 512) },
  open: { filter, sort, at: place },
};

/** Throws `usage` for a request that the page does not send. */
export function checkResults(method: keyof Requests, params: unknown): void {
  checkFields(FIELDS[method], method, params);
}
