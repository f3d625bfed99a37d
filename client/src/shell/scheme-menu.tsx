import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { texts } from '../texts/texts.js';

const SCHEMES = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const;
type Scheme = keyof typeof SCHEMES;

export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = SCHEMES[colorScheme];
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={`${texts.nav.schemeLabel}: ${texts.nav.scheme[colorScheme]}`}>
          <Current size={20} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label={texts.nav.schemeLabel}>
        {(Object.keys(SCHEMES) as Scheme[]).map((scheme) => {
          const Icon = SCHEMES[scheme];
          return (
            <Menu.Item
              key={scheme}
              leftSection={<Icon size={18} stroke={1.7} />}
              onClick={() => setColorScheme(scheme)}
            >
              {texts.nav.scheme[scheme]}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
