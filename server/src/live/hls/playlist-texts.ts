import { gzipSync } from 'node:zlib';
import { mediaPlaylist, type RenditionReport } from './playlist.ts';
import type { HlsWindow } from './window.ts';

interface Wanted {
  query: string;
  skip: boolean;
  reports(): RenditionReport[];
}

interface Text {
  plain: Buffer;
  gzipped: Buffer | null;
}

/** Playlists as they are sent, made once for all viewers: hundreds of them ask for each at the same moment. */
export class PlaylistTexts {
  readonly #byWindow = new WeakMap<HlsWindow, { version: number; texts: Map<string, Text> }>();

  of(window: HlsWindow, { query, skip, reports }: Wanted): Text {
    let known = this.#byWindow.get(window);
    if (known?.version !== window.version) {
      known = { version: window.version, texts: new Map() };
      this.#byWindow.set(window, known);
    }
    const key = `${query} ${skip}`;
    const text = known.texts.get(key) ?? {
      plain: Buffer.from(mediaPlaylist(window, { query, skip, reports: reports() })),
      gzipped: null,
    };
    known.texts.set(key, text);
    return text;
  }

  gzipped(text: Text): Buffer {
    text.gzipped ??= gzipSync(text.plain, { level: 1 });
    return text.gzipped;
  }
}
