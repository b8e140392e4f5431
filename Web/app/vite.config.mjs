import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

// The sources of the workspace themselves: the page is built before, or without, what the tests compile.
const ours = ['protocol', 'viewer'].map((name) => ({ find: `@eventtorrent/${name}`, replacement: path(`../${name}/src/index.ts`) }));

export default defineConfig({
  root: path('.'),
  resolve: {
    alias: [
      ...ours,
      // Already small: half the time of the build is else spent on it.
      { find: /^hls\.js$/, replacement: path('../node_modules/hls.js/dist/hls.min.mjs') },
    ],
  },
  build: {
    outDir: path('page'),
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page allows files of its own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // In one folder: the server holds them by their names alone.
      output: { entryFileNames: '[name]-[hash].js', chunkFileNames: '[name]-[hash].js', assetFileNames: '[name]-[hash][extname]' },
      // "use client" in the modules of Mantine means nothing here.
      onLog: (level, log, handle) => log.code === 'MODULE_LEVEL_DIRECTIVE' || handle(level, log),
    },
  },
});
