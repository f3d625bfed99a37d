import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconBinary, IconTerminal2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { texts } from '../../texts/texts.js';
import { pageOf } from '../terminals/open-terminals.js';

/** To the pages of a WebSocket endpoint. */
export function EndpointLinks({ endpoint }: { endpoint: string }) {
  return (
    <>
      <Button
        component={Link}
        to={pageOf({ kind: 'xterm', name: endpoint })}
        size="compact-sm"
        variant="light"
        leftSection={<IconTerminal2 size={16} stroke={1.7} />}
        aria-label={`${texts.ports.terminal}: ${endpoint}`}
        style={{ flexShrink: 0 }}
      >
        {texts.ports.terminal}
      </Button>
      <Tooltip label={texts.ports.raw}>
        <ActionIcon
          component={Link}
          to={pageOf({ kind: 'raw', name: endpoint })}
          size="md"
          aria-label={`${texts.ports.raw}: ${endpoint}`}
        >
          <IconBinary size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
