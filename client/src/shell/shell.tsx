import { Burger, Container, Drawer, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Suspense } from 'react';
import { Outlet, useLocation } from 'react-router';
import { texts } from '../texts/texts.js';
import { Account } from './account.js';
import { Brand } from './brand.js';
import { LinkBanner } from './link-banner.js';
import { LogoutButton } from './logout-button.js';
import { Navigation } from './navigation.js';
import { SchemeMenu } from './scheme-menu.js';
import classes from './shell.module.css';

/** Pages that use the whole window. */
const WIDE = /^\/terminals/;

export function Shell() {
  const [menu, { toggle, close }] = useDisclosure(false);
  const wide = WIDE.test(useLocation().pathname);
  return (
    <>
      <a className="skip" href="#content" onClick={focusContent}>
        {texts.skip}
      </a>
      <header className={classes.header}>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={texts.nav.open} />
          <Brand />
          <Navigation visibleFrom="sm" />
          <Group ml="auto" gap={4} wrap="nowrap" miw={0}>
            <SchemeMenu />
            <Account />
            <LogoutButton />
          </Group>
        </Group>
      </header>
      <Drawer opened={menu} onClose={close} size="xs" title={texts.app}>
        <Navigation vertical onChosen={close} />
      </Drawer>
      <main id="content" tabIndex={-1} className={classes.main}>
        <LinkBanner />
        <Container
          fluid={wide}
          size={wide ? undefined : 'auto'}
          px="md"
          py={wide ? 0 : 'md'}
          className={classes.page}
        >
          <Suspense>
            <Outlet />
          </Suspense>
        </Container>
      </main>
    </>
  );
}

// The address of a skip link would be looked up below the base address, which is another page.
function focusContent(event: React.MouseEvent) {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
