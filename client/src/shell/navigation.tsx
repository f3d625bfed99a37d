import { Box, Group, Stack } from '@mantine/core';
import { Link, useLocation } from 'react-router';
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
  const { pathname } = useLocation();
  const Row = vertical ? Stack : Group;
  return (
    <Box component="nav" aria-label={texts.nav.label} {...(visibleFrom && { visibleFrom })}>
      <Row gap={4} wrap="nowrap">
        {SECTIONS.filter((section) => admin || !section.admin).map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            aria-current={isIn(pathname, to) ? 'page' : undefined}
            className={classes.link ?? ''}
            onClick={onChosen}
          >
            {label}
          </Link>
        ))}
      </Row>
    </Box>
  );
}

/** The pages of a port are among the ports. */
const isIn = (pathname: string, section: string) =>
  section === '/' ? pathname === '/' || pathname.startsWith('/ports/') : pathname === section;
