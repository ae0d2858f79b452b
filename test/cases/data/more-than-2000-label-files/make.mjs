// writes 2500 label files; the image's own comes last
import { mkdirSync, writeFileSync } from 'node:fs';

mkdirSync('labels', { recursive: true });
for (let i = 0; i < 2500; i++) writeFileSync(`labels/n${String(i).padStart(5, '0')}.txt`, '1 0.5 0.5 0.2 0.2\n');
