// Begins the page: the query cache, live events, the router.
import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queries } from './api/queries.ts';
import './design/tokens.css';
import './design/base.css';
import { router } from './routes.tsx';

const root = document.getElementById('app');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      {/* The page's policy takes no inline style sheet. */}
      <CSPProvider disableStyleElements>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </CSPProvider>
    </StrictMode>,
  );
