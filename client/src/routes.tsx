import { lazy } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { BASE } from './base.js';
import { LoginPage } from './pages/login-page.js';
import { NotFoundPage } from './pages/not-found-page.js';
import { PortsPage } from './pages/ports/ports-page.js';
import { TerminalPage } from './pages/terminal-page.js';
import { Failed } from './shell/failed.js';
import { Root } from './shell/root.js';
import { Shell } from './shell/shell.js';

const NewPortPage = lazy(() => import('./pages/editor/new-port-page.js'));
const EditPortPage = lazy(() => import('./pages/editor/edit-port-page.js'));

const UsersPage = lazy(() => import('./pages/accounts/users-page.js'));
const TokensPage = lazy(() => import('./pages/accounts/tokens-page.js'));
const SettingsPage = lazy(() => import('./pages/settings/settings-page.js'));
const TerminalsPage = lazy(() => import('./pages/terminals/terminals-page.js'));

/** Everything that the start page does not need comes when it is opened. */
const routes: RouteObject[] = [
  {
    element: <Root />,
    errorElement: <Failed />,
    hydrateFallbackElement: <></>,
    children: [
      {
        element: <Shell />,
        errorElement: <Failed />,
        children: [
          { index: true, element: <PortsPage /> },
          { path: 'ports/new', element: <NewPortPage /> },
          { path: 'ports/:port/edit', element: <EditPortPage /> },
          { path: 'terminals', element: <TerminalsPage /> },
          { path: 'users', element: <UsersPage /> },
          { path: 'tokens', element: <TokensPage /> },
          { path: 'settings', element: <SettingsPage /> },
          { path: 'login', element: <LoginPage /> },
          { path: '*', element: <NotFoundPage /> },
        ],
      },
      { path: 'xterm/*', element: <TerminalPage kind="xterm" />, errorElement: <Failed /> },
      { path: 'raw/*', element: <TerminalPage kind="raw" />, errorElement: <Failed /> },
      { path: 'monitor/*', element: <TerminalPage kind="monitor" />, errorElement: <Failed /> },
    ],
  },
];

export const router = createBrowserRouter(routes, { basename: BASE });
