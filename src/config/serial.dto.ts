import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { ApiProperty } from '../openapi/decorators.js';
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

/**
 * Attributes of a USB device; all that are given must match, in capitals or not. `*` stands for any text, `?` for
 * one character.
 */
export class MatchDto {
  /**
   * USB vendor id.
   * @example "0x0403"
   */
  @Optional() @IsMatchValue() vid?: string | number;
  /**
   * USB product id.
   * @example "0x6001"
   */
  @Optional() @IsMatchValue() pid?: string | number;
  /**
   * Serial number of the device: the one to take where there are several of a kind.
   * @example "A50285BI"
   */
  @Optional() @IsMatchValue() serial_number?: string | number;
  /**
   * Name of the manufacturer.
   * @example "FTDI"
   */
  @Optional() @IsMatchValue() manufacturer?: string | number;
  /**
   * Name of the product.
   * @example "FT232*"
   */
  @Optional() @IsMatchValue() product?: string | number;
  /**
   * Where it is plugged in: bus, and port of each hub.
   * @example "1-1.2"
   */
  @Optional() @IsMatchValue() location?: string | number;
  /**
   * What pyserial calls its description: mostly the name of the product.
   * @example "*UART*"
   */
  @Optional() @IsMatchValue() description?: string | number;
  /**
   * What pyserial calls its hardware id: all of the above in one text.
   * @example "*VID:PID=0403:6001*"
   */
  @Optional() @IsMatchValue() hwid?: string | number;
}

/** A serial device and how it is opened: the arguments of pyserial's `serial.Serial`, and some of our own. */
export class SerialDto {
  /**
   * Path of the device, best the one below `/dev/serial/by-id/`, or a COM port; `loop://` is a device without
   * hardware, which gives back what it gets. Either this or `match` is required.
   * @example "/dev/ttyUSB0"
   */
  @Optional() @IsText() port?: string;
  /**
   * Finds the device by its USB attributes each time it is opened, instead of `port`. More than one that matches is
   * an error, which names them.
   */
  @Optional() @IsObject() @ValidateNested() @Type(() => MatchDto) match?: MatchDto;
  /**
   * Bits a second, also rates that have no name. USB devices that are no adapter (CDC ACM) mostly ignore it.
   * @example 115200
   */
  @Optional() @WholeNumber() @IsBaudrate() baudrate: number = 9600;
  /**
   * Data bits.
   * @example "SEVENBITS"
   */
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
  /**
   * Parity bit: none, even, odd, mark (always 1) or space (always 0).
   * @example "EVEN"
   */
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
  /**
   * Stop bits; 1.5 is what the hardware makes of 2 at five data bits.
   * @example "TWO"
   */
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
  /**
   * Flow control by the bytes XON and XOFF, which then are no data.
   * @example true
   */
  @Optional() @Flag() xonxoff: boolean = false;
  /**
   * Flow control by RTS and CTS.
   * @example true
   */
  @Optional() @Flag() rtscts: boolean = false;
  /**
   * Accepted for the sake of existing files, without effect: Linux has no flow control by DTR and DSR.
   * @example true
   */
  @Optional() @Flag() dsrdtr: boolean = false;
  /**
   * Lock the device against other programs that lock it too; only `false` does not.
   * @example false
   */
  @ApiProperty({ default: true }) @Optional() @Flag() exclusive?: boolean;
  /**
   * Drop DTR when the device is closed; without the key it stays as the system has it.
   * @example false
   */
  @Optional() @Flag() hupcl?: boolean;
  /**
   * DTR when the device is opened; without the key as the system has it, raised. Linux raises both lines for a
   * moment at every open.
   * @example false
   */
  @Optional() @Flag() dtr?: boolean;
  /**
   * RTS when the device is opened, as for `dtr`.
   * @example false
   */
  @Optional() @Flag() rts?: boolean;
  /**
   * pyserial's, accepted for the sake of existing files, without effect.
   * @example 1
   */
  @Optional() @IsTimeout() timeout?: number;
  /**
   * pyserial's, without effect.
   * @example 1
   */
  @Optional() @IsTimeout() write_timeout?: number;
  /**
   * pyserial's, without effect.
   * @example 1
   */
  @Optional() @IsTimeout() inter_byte_timeout?: number;
}

/** Names that pyserial had before version 3, and still takes. */
export const OLD_SERIAL_KEYS = ['writeTimeout', 'interCharTimeout'];
/** Accepted for the sake of existing files; reported once at info level. */
export const IGNORED_SERIAL_KEYS = [
  'timeout',
  'write_timeout',
  'inter_byte_timeout',
  'dsrdtr',
  ...OLD_SERIAL_KEYS,
];
