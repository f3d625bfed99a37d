import { ActionIcon, Table, Tooltip } from '@mantine/core';
import { IconEdit, IconTrash } from '@tabler/icons-react';
import { texts } from '../../texts/texts.js';

export function RowActions({
  name,
  onEdit,
  onRemove,
}: {
  name: string;
  onEdit: () => void;
  onRemove: () => void;
}) {
  return (
    <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
      <Tooltip label={texts.common.edit}>
        <ActionIcon aria-label={`${texts.common.edit}: ${name}`} onClick={onEdit}>
          <IconEdit size={18} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={texts.common.remove}>
        <ActionIcon aria-label={`${texts.common.remove}: ${name}`} onClick={onRemove}>
          <IconTrash size={18} />
        </ActionIcon>
      </Tooltip>
    </Table.Td>
  );
}
