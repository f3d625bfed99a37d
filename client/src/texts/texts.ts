import { en } from './en/index.js';

/** All that the console says, a file for each area. Another language is another object of this type. */
export type Texts = typeof en;

export const texts: Texts = en;
