// `npm run bench -- threshold`: a threshold slider that has settled, on the chest X-ray example, as the panel asks for
// it.
import path from 'node:path';
import v8 from 'node:v8';
import type { AgreementRequest } from '../../src/explainers/contracts/results.ts';
import { Session } from '../../src/explainers/session.ts';

const [folder, steps] = [process.argv[2]!, Number(process.argv[3])];

async function measure() {
  const session = new Session({});
  const pair = { image: path.join(folder, 'RG1.png'), model: path.join(folder, 'cxr-nih14.explain.json') };
  const { scores } = await session.predict(pair);
  const index = scores.find(({ label }) => label === 'Mass')!.index;
  const { maps } = await session.explain({ ...pair, method: 'gradCam', classes: [index] });
  const metrics = session.catalogue().metrics.flatMap(({ id, uses }) => (uses?.includes('threshold') ? [id] : []));
  const named = maps.map(({ id, method }) => ({ id, method, index }));
  const timings: number[] = [];
  let bytes = 0;
  for (let step = 1; step <= steps; step++) {
    const options = { threshold: { kind: 'fixed', value: step / (steps + 1) } } as const;
    const request: AgreementRequest = { ...pair, maps: named, options, metrics };
    const start = process.cpuUsage();
    const reply = await session.agreement(request);
    const { user, system } = process.cpuUsage(start);
    timings.push((user + system) / 1000);
    // Page ↔ extension host is JSON, extension host ↔ explainer is structured clones: the larger of the two.
    const asJson = JSON.stringify(request).length + JSON.stringify(reply).length;
    bytes = Math.max(bytes, asJson, v8.serialize(request).byteLength + v8.serialize(reply).byteLength);
  }
  const [height, width] = maps[0]!.geometry.image;
  await session.dispose();
  return { timings, bytes, mapBytes: v8.serialize(maps[0]).byteLength, image: `${width} × ${height}` };
}

measure().then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)),
  (problem: Error) => {
    process.stderr.write(`${problem.stack}\n`);
    process.exit(1);
  },
);
