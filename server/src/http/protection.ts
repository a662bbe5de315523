import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import type { App } from '../shared/route.ts';

/**
 * Security headers for a recorder that is reached over plain http in a home network: nothing that turns http into https.
 * hls.js plays through `blob:` URLs and demuxes in a worker made from one; Mantine writes style elements.
 */
export async function securityHeaders(app: App): Promise<void> {
  await app.register(helmet, {
    strictTransportSecurity: false,
    // Browsers ignore these over plain http, and say so in the console each time.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        workerSrc: ["'self'", 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
      },
    },
  });
}

const compressible =
  /^(text\/(?!event-stream)|application\/(json|javascript|manifest\+json|vnd\.apple\.mpegurl)|image\/svg\+xml)/;

/** Playlists, JSON and the web interface shrink well; video does not, and byte ranges must stay what they are. */
export async function compression(app: App): Promise<void> {
  await app.register(compress, {
    customTypes: (contentType) => compressible.test(contentType),
    encodings: ['br', 'gzip'],
    threshold: 1_024,
    // A small compressed body can be huge.
    globalDecompression: false,
  });
}
