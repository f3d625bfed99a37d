import { execFile } from 'node:child_process';

export interface CurlAnswer {
  /** 0 when none came. */
  readonly status: number;
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly json: Record<string, unknown>;
}

const END = '\n--- the end of the body ---\n';
const ALWAYS = ['--silent', '--max-time', '20', '--path-as-is'];
const WRITTEN = ['--write-out', `${END}{"status": %{http_code}.0, "headers": %{header_json}}`];

/** Runs curl, which nobody here wrote. */
export function curl(...args: string[]): Promise<CurlAnswer> {
  return new Promise((resolve) => {
    execFile('curl', [...ALWAYS, ...WRITTEN, ...args], { maxBuffer: 2 ** 24 }, (_error, out) => {
      const [body = '', written = '{}'] = out.split(END);
      const { status = 0, headers = {} } = JSON.parse(written.replace('000.0', '0')) as Partial<CurlAnswer>;
      resolve({
        status,
        headers,
        body,
        json: body.startsWith('{') ? (JSON.parse(body) as object as never) : {},
      });
    });
  });
}
