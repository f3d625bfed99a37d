/**
 * A serial device that is present. A key is absent when nothing is known. Names and form of the values are those of
 * pyserial 3.5 (serial/tools/list_ports_common.py), because existing `match` entries were written against them.
 */
export interface DeviceInfo {
  /** What to open: `/dev/ttyUSB0`, `COM3`. */
  device: string;
  /** For USB `<product> - <interface>`, or as much of it as is known; else the tty's name or `n/a`. */
  description?: string;
  /** `USB VID:PID=0403:6001 SER=… LOCATION=1-1`, a PNP id, or `n/a`. */
  hwid?: string;
  /** USB vendor id, as `0x%04X`. */
  vid?: string;
  /** USB product id, as `0x%04X`. */
  pid?: string;
  serial_number?: string;
  manufacturer?: string;
  product?: string;
  /** USB bus and ports, `1-1.4`; `1-1.4:1.0`, the interface, where the device has several. */
  location?: string;
}
