/** The answer to what was done and has nothing to tell. */
export class OkDto {
  ok!: true;
}

export const OK: OkDto = { ok: true };
