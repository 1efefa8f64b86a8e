import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

// The gateway serves the built files; in development its address is given by VITRYLO_GATEWAY.
const gateway = process.env.VITRYLO_GATEWAY ?? 'http://127.0.0.1:8080'

/** Shared too, but not needed before the first list or form is shown: each is loaded with the pages that have it. */
const LATER =
  'data-grid|share-dialog|month-grid|date-field|column-menu|history-button|form-dialog|filter-bar|list-page|view-|party-select|employee-select|branch-select|limited|select-box|sheet|drawer|custom-fields|saved-filters|filter.'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2023',
    // An inlined file would be a data: address, which the content policy refuses for fonts.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // Few files instead of one for each shared icon and helper: what every page needs, and what only forms and menus need.
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
            { name: 'icons', test: /node_modules[\\/]@tabler/ },
            { name: 'parts', test: new RegExp(String.raw`src[\\/](ui|lib|api)[\\/](?!${LATER})`) },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': gateway, '/auth': gateway } },
})
