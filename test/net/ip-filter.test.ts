import { describe, it, expect } from '@jest/globals';
import { IpFilter, parseNetwork, type FilterLists } from '../../src/net/ip-filter.js';

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.5', 'ipv4', '10.0.0.5', 32],
    ['10.0.0.0/8', 'ipv4', '10.0.0.0', 8],
    ['0.0.0.0/0', 'ipv4', '0.0.0.0', 0],
    ['10.0.0.5/32', 'ipv4', '10.0.0.5', 32],
    ['10.0.0.5/024', 'ipv4', '10.0.0.5', 24],
    ['192.168.1.0/255.255.255.0', 'ipv4', '192.168.1.0', 24],
    ['192.168.1.0/128.0.0.0', 'ipv4', '192.168.1.0', 1],
    ['192.168.1.0/255.255.255.255', 'ipv4', '192.168.1.0', 32],
    ['192.168.1.0/0.0.0.0', 'ipv4', '192.168.1.0', 0],
    ['192.168.1.0/0.0.0.255', 'ipv4', '192.168.1.0', 24],
    ['192.168.1.0/127.255.255.255', 'ipv4', '192.168.1.0', 1],
    ['::', 'ipv6', '::', 128],
    ['2001:DB8::1', 'ipv6', '2001:DB8::1', 128],
    ['2001:db8::/32', 'ipv6', '2001:db8::', 32],
    ['::/0', 'ipv6', '::', 0],
    ['::ffff:10.0.0.0/104', 'ipv6', '::ffff:10.0.0.0', 104],
    ['fe80::1%eth0', 'ipv6', 'fe80::1', 128],
    ['fe80::1%br_lan/64', 'ipv6', 'fe80::1', 64],
  ])('reads %s', (text, family, address, prefix) => {
    expect(parseNetwork(text)).toEqual({ family, address, prefix });
  });

  it.each([
    '',
    'localhost',
    '*',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '0x0a.0.0.1',
    '167772161',
    '10.0.0.1-10.0.0.9',
    ' 10.0.0.1',
    '10.0.0.1 ',
    '10.0.0.1\n',
    '10.0.0.0 /8',
    '10.0.0.0/ 8',
    '10.0.0.0/8\n',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/+8',
    '10.0.0.0/8.0',
    '10.0.0.0/1e1',
    '10.0.0.0/\u0668',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.255.0',
    '10.0.0.0/0.255.0.255',
    '10.0.0.0/ffff::',
    '10.0.0.1%eth0',
    '10.0.0.1:80',
    '/8',
    '::1/129',
    '::1/ffff::',
    '::1/255.0.0.0',
    '[::1]',
    '1::2::3',
    'fe80::1%',
    'fe80::1%eth 0',
    'fe80::1%a%b',
  ])('does not read %j', (text) => {
    expect(parseNetwork(text)).toBeUndefined();
  });
});

describe('An IP filter', () => {
  const office = ['192.168.1.0/24', '10.0.0.5'];

  it.each<[string, FilterLists, string, boolean]>([
    ['nothing configured', {}, '203.0.113.9', true],
    ['two empty lists', { allow: [], deny: [] }, '203.0.113.9', true],
    ['only deny', { deny: office }, '203.0.113.9', true],
    ['only deny', { deny: office }, '192.168.1.77', false],
    ['only deny', { deny: office }, '2001:db8::1', true],
    ['deny and an empty allow list', { allow: [], deny: office }, '203.0.113.9', true],
    ['deny and an empty allow list', { allow: [], deny: office }, '10.0.0.5', false],
    ['only allow', { allow: office }, '192.168.1.255', true],
    ['only allow', { allow: office }, '10.0.0.5', true],
    ['only allow', { allow: office }, '192.168.2.0', false],
    ['only allow', { allow: office }, '10.0.0.6', false],
    ['only allow', { allow: office }, '2001:db8::1', false],
    ['both', { allow: office, deny: ['192.168.1.100'] }, '192.168.1.99', true],
    ['both', { allow: office, deny: ['192.168.1.100'] }, '192.168.1.100', false],
    ['both', { allow: office, deny: ['192.168.1.100'] }, '203.0.113.9', false],
    [
      'a single address in a denied network',
      { allow: ['10.0.0.5'], deny: ['10.0.0.0/8'] },
      '10.0.0.5',
      false,
    ],
  ])('with %s (%j) answers %s with %s', (_what, lists, address, allowed) => {
    expect(new IpFilter(lists).allows(address)).toBe(allowed);
  });

  it.each([
    ['10.1.2.3/8', '10.255.0.0', true],
    ['10.1.2.3/8', '11.0.0.0', false],
    ['10.0.0.1/31', '10.0.0.0', true],
    ['10.0.0.1/31', '10.0.0.2', false],
    ['192.168.1.7/255.255.255.0', '192.168.1.200', true],
    ['192.168.1.7/255.255.255.0', '192.168.2.7', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['2001:db8::5/33', '2001:db8:7fff::1', true],
    ['2001:db8::5/33', '2001:db8:8000::1', false],
    ['2001:DB8::A', '2001:db8:0:0::a', true],
    ['::ffff:0:0/95', '::fffe:10.0.0.1', true],
    ['::1', '::1', true],
    ['::1', '127.0.0.1', false],
  ])('takes %s to hold %s: %s', (entry, address, held) => {
    expect(new IpFilter({ allow: [entry] }).allows(address)).toBe(held);
    expect(new IpFilter({ deny: [entry] }).allows(address)).toBe(!held);
  });

  it.each([
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
    ['127.0.0.0/8', '::FFFF:7f00:1', true],
    ['127.0.0.0/8', '0:0:0:0:0:ffff:127.0.0.1', true],
    ['127.0.0.0/8', '::ffff:128.0.0.1', false],
    ['0.0.0.0/0', '::ffff:203.0.113.9', true],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.9.9.9', true],
    ['::ffff:10.0.0.0/104', '11.0.0.0', false],
    ['::ffff:10.0.0.5', '10.0.0.5', true],
    ['::ffff:0:0/96', '203.0.113.9', true],
    ['::ffff:0:0/96', '2001:db8::1', false],
    ['::127.0.0.1', '127.0.0.1', false],
  ])('takes a mapped address for the IPv4 address in it: %s holds %s: %s', (entry, address, held) => {
    expect(new IpFilter({ allow: [entry] }).allows(address)).toBe(held);
    expect(new IpFilter({ deny: [entry] }).allows(address)).toBe(!held);
  });

  it.each([
    ['::/0', '203.0.113.9'],
    ['::/0', '::ffff:203.0.113.9'],
    ['::/80', '203.0.113.9'],
    ['::ffff:0:0/95', '203.0.113.9'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['0.0.0.0/0', '::1'],
  ])('keeps the families apart: %s does not hold %s', (entry, address) => {
    expect(new IpFilter({ allow: [entry] }).allows(address)).toBe(false);
    expect(new IpFilter({ deny: [entry] }).allows(address)).toBe(true);
  });

  it.each([
    ['fe80::1', 'fe80::1%eth0'],
    ['fe80::/10', 'fe80::abcd%enp3s0.100'],
    ['fe80::1', 'fe80::1%br_lan'],
    ['fe80::1', 'fe80::1%12'],
    ['fe80::1%eth0', 'fe80::1%eth1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('ignores zone ids: %s holds %s', (entry, address) => {
    expect(new IpFilter({ allow: [entry] }).allows(address)).toBe(true);
    expect(new IpFilter({ deny: [entry] }).allows(address)).toBe(false);
  });

  it.each([
    '',
    'localhost',
    '10.0.0.1 ',
    '10.0.0.1/8',
    '10.0.0.1%eth0',
    '::1%',
    '010.0.0.1',
    '/tmp/ser2tcp.sock',
  ])('refuses a peer whose address it cannot read: %j', (address) => {
    expect(new IpFilter({}).allows(address)).toBe(false);
  });

  it.each<[FilterLists]>([
    [{ allow: ['10.0.0.0/33'] }],
    [{ deny: ['10.0.0.0/33'] }],
    [{ allow: ['10.0.0.1', '10.0.0.0/33', '10.0.0.2'] }],
  ])('is not made of a list with an invalid entry: %j', (lists) => {
    expect(() => new IpFilter(lists)).toThrow('"10.0.0.0/33" is not an IP address or network');
  });
});
