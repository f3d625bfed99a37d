import type { SerialDto } from './serial.dto.js';

/** Whether the device is found by its attributes; its path counts only where there are none. */
export const isMatched = ({ match }: Pick<SerialDto, 'match'>): boolean =>
  Object.values(match ?? {}).some((value) => value !== undefined);
