import { csvRecord } from '../../explainers/csvRecord.ts';
import type { ViewReport } from './viewReport.ts';

const HEADER = ['image', 'model', 'modelSha256', 'seed', 'table', 'class', 'label', 'row', 'parameters', 'metric', 'value', 'reason'] as const; // biome-ignore format: one line

/** The view's numbers, unrounded, one a line with what it belongs to: RFC 4180. */
export function viewCsv({ image, model, sha256, facts, methods, values }: ViewReport): string {
  const seed = facts.find(({ name }) => name === 'Seed')?.value;
  const lines = values.map(({ table, index, label, row, metric, value, reason }) => {
    const parameters = methods.find(({ id }) => id === row)?.parameters;
    return csvRecord([image, model, sha256, seed, table, index, label, row, parameters, metric, value, reason]);
  });
  return `${[csvRecord(HEADER), ...lines].join('\r\n')}\r\n`;
}
