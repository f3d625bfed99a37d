import { describe, expect, it } from '@jest/globals';
import { AuditRecord } from '../../src/auth/audit.js';

const line = (details: Record<string, unknown>) =>
  String(new AuditRecord('port changed', 'alice', 'user', '10.0.0.7:51512', details));

describe('a line of the audit log', () => {
  it('says what was done, by whom and from where', () => {
    expect(line({})).toBe('port changed: by=alice as=user from=10.0.0.7:51512');
  });

  it('has each detail as a pair, and none for what is undefined', () => {
    expect(line({ port: 0, admin: false, name: undefined, list: [1, 'a'] })).toMatch(
      / port=0 admin=false list=\[1,"a"\]$/,
    );
  });

  it('lets no name pass for a pair of its own', () => {
    expect(line({ login: 'bob admin=true' })).toMatch(/ login="bob admin=true"$/);
    expect(line({ login: 'bob\nINFO [audit] all is well' })).toMatch(
      / login="bob\\nINFO \[audit\] all is well"$/,
    );
    expect(line({ login: '"' })).toMatch(/ login="\\""$/);
    expect(line({ login: '' })).toMatch(/ login=""$/);
  });
});
