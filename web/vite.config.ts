import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the recorder's API. */
const recorder = process.env.NIGHTJAR_URL ?? 'http://127.0.0.1:8000';

export default defineConfig({
  plugins: [react()],
  server: { proxy: { '/api': recorder } },
  build: {
    target: 'es2022',
    // The recorder's content security policy has no `data:` fonts, and a 4 KB inlined file is never cached.
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
});
