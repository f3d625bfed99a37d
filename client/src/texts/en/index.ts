import * as accounts from './accounts.js';
import * as editor from './editor.js';
import * as general from './general.js';
import * as ports from './ports.js';
import * as settings from './settings.js';
import * as terminals from './terminals.js';

export const en = { ...general, ...ports, ...terminals, ...editor, ...accounts, ...settings };
