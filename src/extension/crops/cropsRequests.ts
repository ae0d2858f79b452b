import type { CropsHostSide } from '../../explainers/protocol/cropsMessages.ts';
import { checkFields } from '../panels/refuseFields.ts';
import { array, type Check, choice, integer } from '../panels/shapes.ts';

type Requests = CropsHostSide['requests'];

const place = integer(0, 2 ** 31 - 1);
/** In one answer. */
const MOST_PICTURES = 64;
/** More than a class has labels. */
const MOST_TILES = 10_000_000;

const FIELDS: { readonly [K in keyof Requests]: Readonly<Record<string, Check>> } = {
  ready: {},
  pictures: { at: array(place, MOST_PICTURES), side: integer(16, 512) },
  judge: { at: array(place, MOST_TILES), action: choice('right', 'wrong', 'unsure', 'takeBack') },
  open: { at: place },
};

/** Throws `usage` for a request that the sheet does not send. */
export function checkCrops(method: keyof Requests, params: unknown): void {
  checkFields(FIELDS[method], method, params);
}
