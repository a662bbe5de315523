/** GStreamer elements that pipelines name, with the Debian package of each. */
export interface ElementGroup {
  /** What they are for. */
  use: string;
  /** Without them the recorder is broken, rather than short of one camera's sound. */
  needed: boolean;
  /** Element → Debian package. */
  elements: Record<string, string>;
}

const base = 'gstreamer1.0-plugins-base';
const good = 'gstreamer1.0-plugins-good';
const bad = 'gstreamer1.0-plugins-bad';
const ugly = 'gstreamer1.0-plugins-ugly';
const libav = 'gstreamer1.0-libav';

export const elementGroups: readonly ElementGroup[] = [
  {
    use: 'record H.264 and H.265 over RTSP',
    needed: true,
    elements: {
      rtspsrc: good,
      rtpjitterbuffer: good,
      udpsrc: good,
      rtph264depay: good,
      rtph265depay: good,
      h264parse: bad,
      h265parse: bad,
      appsink: base,
    },
  },
  {
    use: 'record sound: AAC, G.711',
    needed: true,
    elements: {
      rtpmp4gdepay: good,
      rtpmp4adepay: good,
      aacparse: good,
      rtppcmadepay: good,
      rtppcmudepay: good,
      alawdec: good,
      mulawdec: good,
      audioconvert: base,
      audioresample: base,
      avenc_aac: libav,
    },
  },
  {
    use: 'still pictures',
    needed: true,
    elements: { appsrc: base, avdec_h264: libav, avdec_h265: libav, videoconvert: base, jpegenc: good },
  },
  {
    use: 'live view for those who cannot play H.265; sound over WebRTC',
    needed: false,
    elements: {
      avdec_aac: libav,
      opusenc: base,
      valve: 'libgstreamer1.0-0',
      queue: 'libgstreamer1.0-0',
      videoscale: base,
    },
  },
  {
    use: 'archive files of past days, exports',
    needed: false,
    elements: {
      matroskamux: good,
      mpegtsmux: bad,
      qtdemux: good,
      matroskademux: good,
      tsdemux: bad,
      filesrc: 'libgstreamer1.0-0',
      filesink: 'libgstreamer1.0-0',
    },
  },
  {
    use: 'exports that are cut exactly, have the time in the picture, or run faster',
    needed: false,
    elements: { x264enc: ugly, x265enc: bad, textoverlay: 'gstreamer1.0-x' },
  },
  {
    use: 'encode with the time on the picture',
    needed: true,
    elements: {
      clockoverlay: 'gstreamer1.0-x',
      videorate: base,
      videoscale: base,
      queue: 'libgstreamer1.0-0',
      x264enc: ugly,
    },
  },
  {
    use: 'sound in other codecs: Opus, G.722, G.726, L16, MP3, AC-3',
    needed: false,
    elements: {
      rtpopusdepay: good,
      opusdec: base,
      rtpg722depay: good,
      avdec_g722: libav,
      rtpg726depay: good,
      avdec_g726: libav,
      rtpL16depay: good,
      rtpmpadepay: good,
      mpegaudioparse: good,
      mpg123audiodec: good,
      rtpac3depay: good,
      ac3parse: good,
      avdec_ac3: libav,
    },
  },
];
