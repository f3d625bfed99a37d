import { Box, Group, Stack } from '@mantine/core';
import { NavLink } from 'react-router';
import { useSnapshot } from '../live/live.js';
import { texts } from '../texts/texts.js';
import classes from './shell.module.css';

interface Section {
  to: string;
  label: string;
  admin?: boolean;
}

const SECTIONS: Section[] = [
  { to: '/', label: texts.nav.ports },
  { to: '/terminals', label: texts.nav.terminals },
  { to: '/users', label: texts.nav.users, admin: true },
  { to: '/tokens', label: texts.nav.tokens, admin: true },
  { to: '/settings', label: texts.nav.settings },
];

interface Props {
  vertical?: boolean;
  visibleFrom?: 'sm';
  onChosen?: () => void;
}

export function Navigation({ vertical = false, visibleFrom, onChosen }: Props) {
  const admin = useSnapshot()?.admin ?? false;
  const Row = vertical ? Stack : Group;
  return (
    <Box component="nav" aria-label={texts.nav.label} {...(visibleFrom && { visibleFrom })}>
      <Row gap={4} wrap="nowrap">
        {SECTIONS.filter((section) => admin || !section.admin).map(({ to, label }) => (
          <NavLink key={to} to={to} end={to === '/'} className={classes.link ?? ''} onClick={onChosen}>
            {label}
          </NavLink>
        ))}
      </Row>
    </Box>
  );
}
