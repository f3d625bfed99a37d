/** All that a supervisor is told. */
export class HealthDto {
  status!: 'ok';
}
