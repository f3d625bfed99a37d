import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { Public } from '../../src/auth/decorators.js';
import { IsCount, IsObject, IsText, Optional } from '../../src/config/rules.js';
import { connectTcp, closeClients } from '../support/client.js';
import { startServer, stopServers, type TestServer } from '../support/server.js';

class Wheel {
  @IsCount() spokes!: number;
}
class Cart {
  @IsText() name!: string;
  @Optional() @IsCount() load?: number | null;
  @IsObject() @ValidateNested() @Type(() => Wheel) wheel!: Wheel;
}

@Controller('probe')
class Probe {
  @Public()
  @Post('cart')
  cart(@Body() cart: Cart) {
    return { cart };
  }
  @Public()
  @Get('fault')
  fault() {
    throw new Error('the secret of the house');
  }
  @Public()
  @Delete(':name')
  remove(@Param('name') name: string) {
    return { name };
  }
  @Post('closed')
  closed(@Body() cart: Cart) {
    return { cart };
  }
}

const http = [{ address: '127.0.0.1', port: 0 }];
const JSON_TYPE = { 'content-type': 'application/json' };
const TOO_MANY = 'The body must not hold more than 5000 values';
const good = { name: 'hay', wheel: { spokes: 12 } };

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ http }, undefined, [Probe]);
});
afterEach(async () => {
  closeClients();
  await stopServers();
});

async function call(path: string, options: RequestInit & { duplex?: 'half' } = {}) {
  const response = await fetch(server.url() + path, options);
  return { response, status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const post = (body: string, headers: Record<string, string> = JSON_TYPE) =>
  call('/probe/cart', { method: 'POST', body, headers });

describe('The body of a request', () => {
  it('is taken as its class, a null included, and keys that the class does not know are left out', async () => {
    const { status, body } = await post(JSON.stringify({ ...good, load: null, colour: 'red' }));
    expect([status, body]).toEqual([201, { cart: { ...good, load: null } }]);
  });

  it.each([
    ['{"name": "hay",\n  "load": }', 'The body is not JSON: value expected at line 2, column 11'],
    ['{"name": "hay"} x', 'The body is not JSON: invalid symbol at line 1, column 17'],
    ['\u00a0', 'The body is not JSON: it is empty'],
    ['"hay"', 'The body must be an object in braces'],
    ['[]', 'The body must be an object in braces'],
    ['null', 'The body must be an object in braces'],
    ['{"a":'.repeat(5000) + '1' + '}'.repeat(5000), 'The body is nested too deeply'],
    ['['.repeat(500_000), 'The body is not JSON: it is nested too deeply'],
    [JSON.stringify(Object.fromEntries(Array.from({ length: 5001 }, (_, n) => [`k${n}`, n]))), TOO_MANY],
    [JSON.stringify({ many: Array.from({ length: 5001 }, () => ({})) }), TOO_MANY],
  ])('that is no JSON object is answered with what is wrong and where: %.30j', async (text, sentence) => {
    const { status, body } = await post(text);
    expect([status, body['error']]).toEqual([400, sentence]);
  });

  it.each([
    [{ ...good, name: 7 }, 'name', 'must be a text that is not empty'],
    [{ ...good, wheel: { spokes: 'many' } }, 'wheel.spokes', 'must be a whole number, 0 or more'],
    [{ ...good, wheel: [] }, 'wheel', 'must be an object in braces'],
    [{ wheel: good.wheel }, 'name', 'is missing; it must be a text that is not empty'],
  ])('with a bad value names its path: %j', async (cart, path, message) => {
    const { status, body } = await post(JSON.stringify(cart));
    expect(status).toBe(400);
    expect(body).toEqual({
      error: `${path}: ${message}`,
      code: 'BODY_INVALID',
      issues: [{ path, message }],
    });
  });

  it('with __proto__ or constructor changes nothing', async () => {
    const { status, body } = await post(
      '{"name": "hay", "wheel": {"spokes": 1}, "__proto__": {"load": 5}, "constructor": {"name": "x"}}',
    );
    expect([status, body]).toEqual([201, { cart: { name: 'hay', wheel: { spokes: 1 } } }]);
  });

  it('that is no UTF-8 is refused', async () => {
    const body = Buffer.concat([Buffer.from('{"name": "'), Buffer.from([0xff]), Buffer.from('"}')]);
    const answer = await call('/probe/cart', { method: 'POST', body, headers: JSON_TYPE });
    expect([answer.status, answer.body['error']]).toEqual([400, 'The body is not JSON: it is not UTF-8']);
  });

  it.each([{ 'content-type': 'text/plain' }, { 'content-type': 'application/json; charset=latin1' }])(
    'is refused as %j',
    async (headers) => {
      expect((await post(JSON.stringify(good), headers)).status).toBe(415);
    },
  );

  it('that is compressed is refused', async () => {
    const { status } = await post(JSON.stringify(good), { ...JSON_TYPE, 'content-encoding': 'gzip' });
    expect(status).toBe(415);
  });

  it('may have 1 MiB and no byte more, also when its length is not told', async () => {
    const sized = (bytes: number) => JSON.stringify({ ...good, name: 'x'.repeat(bytes - 33) });
    expect(sized(1024 * 1024).length).toBe(1024 * 1024);
    expect((await post(sized(1024 * 1024))).status).toBe(201);
    const large = await post(sized(1024 * 1024 + 1));
    expect([large.status, large.body['error']]).toEqual([413, 'The body is larger than 1 MiB']);
    const chunks = new Blob([sized(2 * 1024 * 1024)]).stream();
    const chunked = await call('/probe/cart', {
      method: 'POST',
      body: chunks,
      duplex: 'half',
      headers: JSON_TYPE,
    });
    expect(chunked.status).toBe(413);
  });

  it('is not looked at where the caller may not call', async () => {
    await server.config.change((draft) => {
      draft.tokens = [{ token: 'the-token', admin: true }];
    });
    const { status } = await call('/probe/closed', { method: 'POST', body: '{', headers: JSON_TYPE });
    expect(status).toBe(401);
  });

  it('that breaks off takes nothing with it and is no fault', async () => {
    const { socket } = await connectTcp(Number(new URL(server.url()).port));
    const head =
      'POST /probe/cart HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n';
    await new Promise((resolve) => socket.write(`${head}{`, resolve));
    socket.destroy();
    expect((await post(JSON.stringify(good))).status).toBe(201);
    expect(server.log.lines.filter((line) => line.startsWith('ERROR'))).toEqual([]);
  });
});

describe('What no operation takes', () => {
  it.each(['/nothing', '/api/nothing', '/%00', '/probe', '/PROBE/cart', `/${'x'.repeat(10_000)}`])(
    'is not found: %.20s',
    async (path) => {
      const { status, body, response } = await call(path);
      expect(status).toBe(404);
      expect(body['error']).toMatch(/^There is no \/.{0,200}…?$/);
      expect(response.headers.has('x-powered-by')).toBe(false);
    },
  );

  it('on a path that takes other methods is 405 and says which', async () => {
    const { status, body, response } = await call('/probe/cart');
    expect(status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, DELETE, OPTIONS');
    expect(body['error']).toBe('/probe/cart does not take GET, but POST, DELETE, OPTIONS');
  });

  it('as OPTIONS is told what the path takes', async () => {
    const response = await fetch(`${server.url()}/probe/fault`, { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, DELETE, OPTIONS']);
  });

  it('in an encoding that is none is a mistake of the client', async () => {
    expect((await call('/probe/%ff', { method: 'DELETE' })).status).toBe(400);
    expect((await call('/%', { method: 'DELETE' })).status).toBe(404);
  });
});

describe('A fault of the server', () => {
  it('is told by a number alone, and logged with it', async () => {
    const { status, body } = await call('/probe/fault');
    expect(status).toBe(500);
    const number = /^Internal error (\d+);/.exec(String(body['error']))?.[1];
    expect(JSON.stringify(body)).not.toContain('secret');
    await server.log.line(
      new RegExp(`internal error ${number}, please report it: Error: the secret of the house`),
    );
  });

  it('is answered without a body where none was asked for', async () => {
    const response = await fetch(`${server.url()}/probe/fault`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([500, '']);
  });
});
