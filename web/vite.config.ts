// How the page is built, and served while it is being written: `OVERREAD_API=http://127.0.0.1:PORT npx vite web`.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = process.env.OVERREAD_API;

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [react()],
  resolve: {
    alias: { '@shapes': fileURLToPath(new URL('../src/server/workbench/shapes', import.meta.url)) },
  },
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 3000,
    sourcemap: false,
  },
  server: {
    // Behind the development server, requests must look as if they came from the workbench's own page.
    ...(api === undefined
      ? {}
      : {
          proxy: {
            '/api': {
              target: api,
              changeOrigin: true,
              headers: { origin: api, authorization: `Bearer ${process.env.OVERREAD_TOKEN ?? ''}` },
            },
          },
        }),
  },
});
