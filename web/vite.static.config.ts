// The page for a static export: one classic script and one sheet, since a document opened from disk loads no modules.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  publicDir: false,
  plugins: [react()],
  define: { 'process.env.NODE_ENV': '"production"' },
  resolve: {
    alias: {
      '@shapes': here('../src/server/workbench/shapes'),
      // Volumes are not exported, so nothing draws them in 3D.
      '@niivue/niivue': here('./src/static/no-volumes.ts'),
    },
  },
  build: {
    target: 'es2023',
    cssCodeSplit: false,
    chunkSizeWarningLimit: 3000,
    lib: {
      entry: here('./src/static/main.tsx'),
      name: 'overread',
      formats: ['iife'],
      fileName: () => 'page.js',
      cssFileName: 'page',
    },
    rollupOptions: { output: { codeSplitting: false } },
  },
});
