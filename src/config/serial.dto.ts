import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import {
  Flag,
  IsBaudrate,
  IsMatchValue,
  IsObject,
  IsText,
  IsTimeout,
  OneOf,
  Optional,
  WholeNumber,
} from './rules.js';

export type Bytesize = 5 | 6 | 7 | 8;
/** pyserial's letters: none, even, odd, mark, space. */
export type Parity = 'N' | 'E' | 'O' | 'M' | 'S';
export type Stopbits = 1 | 1.5 | 2;

/** Attributes of a USB device, each with `*` and `?` as wildcards; all that are given must match. */
export class MatchDto {
  /** USB vendor id, as in "0x0403". */
  @Optional() @IsMatchValue() vid?: string | number;
  /** USB product id, as in "0x6001". */
  @Optional() @IsMatchValue() pid?: string | number;
  /** Serial number of the device. */
  @Optional() @IsMatchValue() serial_number?: string | number;
  /** Name of the manufacturer. */
  @Optional() @IsMatchValue() manufacturer?: string | number;
  /** Name of the product. */
  @Optional() @IsMatchValue() product?: string | number;
  /** Where it is plugged in, as in "1-1.2". */
  @Optional() @IsMatchValue() location?: string | number;
  /** What pyserial calls its description. */
  @Optional() @IsMatchValue() description?: string | number;
  /** What pyserial calls its hardware id. */
  @Optional() @IsMatchValue() hwid?: string | number;
}

/** A serial device and how it is opened: the arguments of pyserial's `serial.Serial`, and some of our own. */
export class SerialDto {
  /** Path of the device, COM port, or `loop://` for a device without hardware. */
  @Optional() @IsText() port?: string;
  /** Finds the device by its USB attributes each time it is opened, instead of `port`. */
  @Optional() @IsObject() @ValidateNested() @Type(() => MatchDto) match?: MatchDto;
  /** Bits a second. */
  @Optional() @WholeNumber() @IsBaudrate() baudrate: number = 9600;
  /** Data bits. */
  @Optional()
  @OneOf<Bytesize>({ FIVEBITS: 5, SIXBITS: 6, SEVENBITS: 7, EIGHTBITS: 8, 5: 5, 6: 6, 7: 7, 8: 8 }, [
    'FIVEBITS',
    'SIXBITS',
    'SEVENBITS',
    'EIGHTBITS',
    '5',
    '6',
    '7',
    '8',
  ])
  bytesize: Bytesize = 8;
  /** None, even, odd, mark or space. */
  @Optional()
  @OneOf<Parity>({
    NONE: 'N',
    EVEN: 'E',
    ODD: 'O',
    MARK: 'M',
    SPACE: 'S',
    N: 'N',
    E: 'E',
    O: 'O',
    M: 'M',
    S: 'S',
  })
  parity: Parity = 'N';
  /** Stop bits. */
  @Optional()
  @OneOf<Stopbits>({ ONE: 1, ONE_POINT_FIVE: 1.5, TWO: 2, 1: 1, 1.5: 1.5, 2: 2 }, [
    'ONE',
    'ONE_POINT_FIVE',
    'TWO',
    '1',
    '1.5',
    '2',
  ])
  stopbits: Stopbits = 1;
  /** Flow control by the bytes XON and XOFF. */
  @Optional() @Flag() xonxoff: boolean = false;
  /** Flow control by RTS and CTS. */
  @Optional() @Flag() rtscts: boolean = false;
  /** Flow control by DTR and DSR; Linux has none and ignores it. */
  @Optional() @Flag() dsrdtr: boolean = false;
  /** Lock the device against other programs that lock it too; on unless false. */
  @Optional() @Flag() exclusive?: boolean;
  /** Drop DTR when the device is closed; as the system has it unless given. */
  @Optional() @Flag() hupcl?: boolean;
  /** DTR when the device is opened; as the system has it (raised) unless given. */
  @Optional() @Flag() dtr?: boolean;
  /** RTS when the device is opened; as the system has it (raised) unless given. */
  @Optional() @Flag() rts?: boolean;
  /** pyserial's timeouts have no meaning here and are ignored. */
  @Optional() @IsTimeout() timeout?: number;
  /** Ignored. */
  @Optional() @IsTimeout() write_timeout?: number;
  /** Ignored. */
  @Optional() @IsTimeout() inter_byte_timeout?: number;
}

/** Accepted for the sake of existing files; reported once at info level. */
export const IGNORED_SERIAL_KEYS = ['timeout', 'write_timeout', 'inter_byte_timeout', 'dsrdtr'] as const;
