// First, so that the styles of the parts come after the shared ones.
import './theme/index.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { queryClient } from './api/query-client.ts'
import { startLanguage } from './i18n/index.ts'
import { router } from './router.tsx'
import { theme } from './theme/theme.ts'

await startLanguage()

// No style element is written at run time, so that style-src 'self' holds: the variables come from theme/mantine-map.css.
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
      <Notifications position="bottom-right" limit={4} zIndex={60} />
    </MantineProvider>
  </StrictMode>,
)
