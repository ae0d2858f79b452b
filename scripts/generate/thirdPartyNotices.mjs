import { notices } from '../package/notices.mjs';

export const file = 'THIRD-PARTY-NOTICES.md';
export const generate = () => notices();
