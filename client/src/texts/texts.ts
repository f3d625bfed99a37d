import { en } from './en.js';

/** All that the console says. Another language is another object of this type. */
export type Texts = typeof en;

export const texts: Texts = en;
