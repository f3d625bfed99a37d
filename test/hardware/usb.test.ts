import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeWithRig, Rig } from '../support/rig.js';

/** What `match` leads to, asked of the code that the server asks: the path, or the sentence. */
const ASK = `
import { findDevice } from '/project/dist/serial/find-device.js';
const answers = [];
for (const match of JSON.parse(process.argv[1])) answers.push(await findDevice({ match }).catch((error) => error.message));
console.log(JSON.stringify(answers));
`;
const TWO =
  '2 serial devices match vid 0x0403: /dev/ttyUSB0 (serial_number RIG0001, location 1-1), ' +
  '/dev/ttyUSB1 (serial_number RIG0002, location 1-2); ' +
  'add an attribute that only one of them has, such as serial_number, location or description';
const TABLE: [object, string][] = [
  [{ vid: '0x0403', serial_number: 'RIG0001' }, '/dev/ttyUSB0'],
  [{ pid: '0x6001', location: '1-2' }, '/dev/ttyUSB1'],
  [{ serial_number: 'rig0002' }, '/dev/ttyUSB1'],
  [{ manufacturer: 'QEMU', location: '1-1' }, '/dev/ttyUSB0'],
  [{ product: 'QEMU USB*', serial_number: '*1' }, '/dev/ttyUSB0'],
  [{ description: 'qemu usb serial', serial_number: 'RIG000?', location: '1-2' }, '/dev/ttyUSB1'],
  [{ hwid: 'USB VID:PID=0403:6001 SER=RIG0001 *' }, '/dev/ttyUSB0'],
  [{ vid: '0x0403' }, TWO],
  [
    { serial_number: 'RIG0009' },
    'No serial device matches serial_number RIG0009: plug it in, or compare with what ser2tcp --usb lists',
  ],
];
const adapter = (number: number) =>
  [
    `/dev/ttyUSB${number - 1}`,
    '  vid: 0x0403',
    '  pid: 0x6001',
    `  serial_number: RIG000${number}`,
    '  manufacturer: QEMU',
    '  product: QEMU USB SERIAL',
    `  location: 1-${number}`,
  ].join('\n');

describeWithRig('USB adapters', () => {
  describe.each([
    ['with udev', []],
    ['without udevadm', ['--no-udevadm']],
  ])('%s', (_, options) => {
    let rig: Rig;
    beforeAll(async () => {
      rig = options.length ? await Rig.start(options) : await Rig.use();
    }, 200_000);
    afterAll(() => rig.leave());

    it('are listed by --usb', async () => {
      expect((await rig.exec('node /project/dist/main.js --usb')).trimEnd()).toBe(
        `${adapter(1)}\n${adapter(2)}`,
      );
    });

    it('are found by each attribute, with wildcards, and not by what fits two or none', async () => {
      const criteria = JSON.stringify(TABLE.map(([match]) => match));
      const answers = await rig.exec(
        `node --input-type=module -e '${ASK.replaceAll("'", '"')}' '${criteria}'`,
      );
      expect(JSON.parse(answers)).toEqual(TABLE.map(([, answer]) => answer));
    });
  });

  it('are found when they are plugged in, and not while they are away', async () => {
    const rig = await Rig.use();
    const ask = async () => {
      const criteria = JSON.stringify([{ serial_number: 'RIG0002' }]);
      return JSON.parse(
        await rig.exec(`node --input-type=module -e '${ASK.replaceAll("'", '"')}' '${criteria}'`),
      ) as string[];
    };
    await rig.unplug(1);
    expect((await ask())[0]).toMatch(/^No serial device matches serial_number RIG0002/);
    await rig.plug(1, '/dev/ttyUSB1');
    expect(await ask()).toEqual(['/dev/ttyUSB1']);
    await rig.leave();
  });
});
