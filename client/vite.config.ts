import { defineConfig } from 'vite';
import { precompress } from './build/precompress.js';

/** Everything is addressed relative to where it is served from, so that any path below any proxy will do. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // Those that know light-dark(), of 2024.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Inlined files would be data: URLs, which the content security policy has no need to allow.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      // Half of the packages begin their files with "use client", which means nothing here.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
  plugins: [precompress()],
  server: {
    proxy: { '/api': 'http://127.0.0.1:20080', '/ws': { target: 'ws://127.0.0.1:20080', ws: true } },
  },
});
