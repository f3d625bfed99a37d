import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSE_CODE } from '../../src/protocol/websocket-frames.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import { mistakes } from '../support/answers.js';
import { type Content, openapi, routes } from '../support/openapi.js';

describe('openapi.json', () => {
  it('is OpenAPI 3.1 by the official schema', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(openapi)) as Record<string, unknown>)).toEqual({
      valid: true,
    });
    expect(validator.version).toBe('3.1');
  });

  it('has a name of its own for each operation, a summary, a declared tag and a level', () => {
    const names = routes.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    const tags = openapi.tags.map(({ name }) => name);
    for (const { name, operation } of routes) {
      expect({ name, id: operation.operationId }).toEqual({
        name,
        id: expect.stringMatching(/^[a-z]+([A-Z][a-z]+)+$|^[a-z]+$/),
      });
      expect({ name, summary: operation.summary }).toEqual({
        name,
        summary: expect.stringMatching(/^[A-Z].{4,}[^.]$/),
      });
      expect({ name, tags: operation.tags }).toEqual({
        name,
        tags: [expect.stringMatching(`^(${tags.join('|')})$`)],
      });
      expect({ name, level: operation['x-level'] }).toEqual({
        name,
        level: expect.stringMatching(/^(public|user|admin)$/),
      });
    }
  });

  it('asks for a credential just where the level does', () => {
    for (const { name, operation } of routes) {
      const security = operation['x-level'] === 'public' ? [] : [{ bearer: [] }, { token: [] }];
      const asked = operation.security.filter((way) => Object.keys(way).length > 0);
      expect({ name, asked: operation.operationId === 'logout' ? [] : asked }).toEqual({
        name,
        asked: security,
      });
      expect({ name, has401: '401' in operation.responses || operation['x-level'] === 'public' }).toEqual({
        name,
        has401: true,
      });
    }
  });

  it('describes what every answer and every parameter is', () => {
    for (const { name, operation } of routes) {
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect({ name, status, said: Boolean(answer.$ref ?? answer.description) }).toEqual({
          name,
          status,
          said: true,
        });
      }
      for (const parameter of operation.parameters ?? []) {
        expect({ name, parameter }).toEqual({
          name,
          parameter: expect.objectContaining({ schema: expect.anything() }),
        });
      }
    }
  });

  it('has an example for each body of JSON, which its schema takes', () => {
    for (const { name, operation, path, method } of routes) {
      const bodies: [string[], Content | undefined][] = Object.entries(operation.responses)
        .filter(([, { $ref }]) => $ref === undefined)
        .map(([status, { content }]) => [['responses', status], content]);
      if (operation.requestBody) bodies.push([['requestBody'], operation.requestBody.content]);
      for (const [place, content] of bodies) {
        const json = content?.['application/json'];
        if (!json || operation.operationId === 'getDocument') continue;
        const errors = mistakes(
          json.example,
          'paths',
          path,
          method,
          ...place,
          'content',
          'application/json',
          'schema',
        );
        expect({ name, place, errors }).toEqual({ name, place, errors: undefined });
      }
    }
  });

  it('has every code that a WebSocket is closed with, as docs/protocols.md has, and who may come', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/protocols.md'), 'utf8');
    const description = openapi.paths['/ws/{endpoint}']?.get?.description ?? '';
    const rows = (text: string) =>
      [...text.matchAll(/^\| ([\d, ]+)\|(.*)/gm)].map((row) => row.join(' ')).join('\n');
    const { normal: _normal, none: _none, ...sent } = CLOSE_CODE;
    for (const code of Object.values(sent)) {
      expect(rows(description)).toContain(String(code));
      expect(rows(page)).toContain(String(code));
    }
    expect(description).toContain(
      'while there are no accounts for anybody, unless the endpoint has a `token`.',
    );
    expect(description).not.toContain('for anybody while there are no accounts');
  });

  it('has no reference that leads nowhere', () => {
    const text = JSON.stringify(openapi);
    for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/(\w[\w-]*)"/g)) {
      expect(openapi.components).toHaveProperty([String(kind), String(name)]);
    }
  });
});
