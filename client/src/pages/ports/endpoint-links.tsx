import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBinary, IconTerminal2 } from '@tabler/icons-react';
import { Link } from 'react-router';
import { endpointPath } from '../../ports/endpoint-path.js';
import { texts } from '../../texts/texts.js';

/** To the pages of a WebSocket endpoint. */
export function EndpointLinks({ endpoint }: { endpoint: string }) {
  const path = endpointPath(endpoint);
  return (
    <>
      <Tooltip label={texts.ports.terminal}>
        <ActionIcon
          component={Link}
          to={`/xterm/${path}`}
          size="md"
          aria-label={`${texts.ports.terminal}: ${endpoint}`}
        >
          <IconTerminal2 size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={texts.ports.raw}>
        <ActionIcon
          component={Link}
          to={`/raw/${path}`}
          size="md"
          aria-label={`${texts.ports.raw}: ${endpoint}`}
        >
          <IconBinary size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}
