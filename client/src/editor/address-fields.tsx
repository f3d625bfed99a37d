import { texts } from '../texts/texts.js';
import { NumberField, TextField } from './fields.js';
import type { Path } from './json.js';
import type { Protocol } from './values.js';

const t = texts.editor;

/** Where a server is to be found. What is wrong with it as a whole, such as that its address is taken, stands at what tells it apart. */
export function AddressFields({ protocol, path }: { protocol: Protocol; path: Path }) {
  if (protocol === 'websocket')
    return (
      <>
        <TextField
          path={[...path, 'endpoint']}
          label={t.endpoint}
          hint={t.endpointHint}
          required
          within={path}
        />
        <TextField path={[...path, 'token']} label={t.token} hint={t.tokenHint} />
      </>
    );
  if (protocol === 'socket')
    return (
      <>
        <TextField
          path={[...path, 'address']}
          label={t.socketPath}
          placeholder="/run/ser2tcp/device.sock"
          required
          within={path}
        />
        <TextField path={[...path, 'mode']} label={t.mode} placeholder="660" />
        <TextField path={[...path, 'owner']} label={t.owner} />
        <TextField path={[...path, 'group']} label={t.group} />
      </>
    );
  return (
    <>
      <TextField
        path={[...path, 'address']}
        label={t.address}
        hint={t.addressHint}
        required
        suggestions={['127.0.0.1', '0.0.0.0', '::']}
      />
      <NumberField path={[...path, 'port']} label={t.port} required within={path} />
      {protocol === 'ssl' && <TlsFields path={[...path, 'ssl']} />}
    </>
  );
}

export function TlsFields({ path }: { path: Path }) {
  return (
    <>
      <TextField path={[...path, 'certfile']} label={t.certfile} required within={path} />
      <TextField path={[...path, 'keyfile']} label={t.keyfile} required />
      <TextField path={[...path, 'ca_certs']} label={t.caCerts} hint={t.caCertsHint} />
    </>
  );
}
