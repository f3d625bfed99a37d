/** Schemas that follow from those of classes, and have no class of their own. */
export const ref = (kind, name) => ({ $ref: `#/components/${kind}/${name}` });

/** A merge patch of an object: any of its keys. */
export function patchOf(schema, description) {
  const { required: _, ...rest } = schema;
  const properties = Object.entries(schema.properties).map(([key, { default: _unless, ...property }]) => [
    key,
    property,
  ]);
  return { ...rest, properties: Object.fromEntries(properties), description };
}

const listOf = (name) => ({ type: 'array', items: ref('schemas', name) });
const orNull = (schema) => ({ anyOf: [schema, { type: 'null' }] });
const line = (required, properties) => ({
  type: 'object',
  ...(required.length && { required }),
  properties,
  additionalProperties: false,
});

/** A line of the live stream of `GET /api/status`. */
export function statusLine(portStatus) {
  const admin = { type: 'boolean' };
  const changes = Object.entries(portStatus.properties).map(([key, schema]) => [key, orNull(schema)]);
  return {
    description:
      'A line of the live stream: everything, what changed of a port, the devices, or `{}` after 30 s without one.',
    anyOf: [
      line(['ports', 'detected', 'admin'], {
        ports: listOf('PortStatus'),
        detected: listOf('DetectedDevice'),
        admin,
      }),
      line(['port', 'admin'], { port: orNull(ref('schemas', 'PortStatus')), admin }),
      line(['_delta'], {
        port_index: { type: 'integer', minimum: 0 },
        _delta: { const: true },
        ...Object.fromEntries(changes),
      }),
      line(['detected'], { detected: listOf('DetectedDevice') }),
      line(['_removed'], { _removed: { const: true } }),
      line([], {}),
    ],
  };
}
