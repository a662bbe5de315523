import koffi from 'koffi';
import { bind, c, type Nullable, openLibrary, type Pointer, pointerAt, textAt } from './ffi.ts';

const gstSdp = openLibrary('libgstsdp-1.0.so.0');
const sdp = {
  mediaCount: bind<(message: Pointer) => number>(gstSdp, 'uint32 gst_sdp_message_medias_len(void *message)'),
  media: bind<(message: Pointer, index: number) => Pointer>(
    gstSdp,
    'void *gst_sdp_message_get_media(void *message, uint32 index)',
  ),
  attributeCount: bind<(media: Pointer) => number>(gstSdp, 'uint32 gst_sdp_media_attributes_len(void *media)'),
  attribute: bind<(media: Pointer, index: number) => Pointer>(
    gstSdp,
    'void *gst_sdp_media_get_attribute(void *media, uint32 index)',
  ),
  removeAttribute: bind<(media: Pointer, index: number) => number>(
    gstSdp,
    'int gst_sdp_media_remove_attribute(void *media, uint32 index)',
  ),
  addAttribute: bind<(media: Pointer, key: string, value: string) => number>(
    gstSdp,
    'int gst_sdp_media_add_attribute(void *media, const char *key, const char *value)',
  ),
};

/** Base address by the id that the signal hands back. */
const bases = new Map<bigint, string>();
let lastId = 0n;

const OnSdp = koffi.proto('void OnSdp(void *element, void *message, void *data)');

// Called on a thread of GStreamer: koffi hands the call to this one, and holds the other until we are done.
const onSdp = koffi.register((_element: Pointer, message: Nullable, id: Nullable) => {
  const base = id === null ? undefined : bases.get(id);
  if (message !== null && base !== undefined) makeControlsAbsolute(message, base);
}, koffi.pointer(OnSdp));

/**
 * Makes an rtspsrc ask for tracks at `base` + `/` + the track's control address. By RFC 3986 a relative address replaces
 * the last part of a base that has no slash at its end, and GStreamer does that; but servers that send no
 * Content-Base mean it appended, as ffmpeg and live555 do it. Returns what ends it.
 */
export function appendControls(rtspsrc: Pointer, base: string): () => void {
  const id = ++lastId;
  bases.set(id, base);
  c.signalConnect(rtspsrc, 'on-sdp', onSdp, id, null, 0);
  return () => bases.delete(id);
}

function makeControlsAbsolute(message: Pointer, base: string): void {
  for (let index = 0; index < sdp.mediaCount(message); index += 1) {
    const media = sdp.media(message, index);
    const found = findControl(media);
    if (!found || found.value === '*' || /^[a-z]+:\/\//i.test(found.value)) continue;
    sdp.removeAttribute(media, found.index);
    sdp.addAttribute(media, 'control', `${base}/${found.value}`);
  }
}

/** GstSDPAttribute is two strings: key and value. */
function findControl(media: Pointer): { index: number; value: string } | null {
  for (let index = 0; index < sdp.attributeCount(media); index += 1) {
    const attribute = sdp.attribute(media, index);
    if (textAt(pointerAt(attribute)) === 'control') return { index, value: textAt(pointerAt(attribute + 8n)) };
  }
  return null;
}
