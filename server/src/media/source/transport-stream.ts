import { NvrError } from '../../shared/errors.ts';
import { Branches } from './branches.ts';
import { quoted } from './quoted.ts';
import { type OpenSource, oneFeed, type SourceRequest } from './source.ts';

/** Bytes the kernel keeps while we are busy; it may allow less. */
const kernelBuffer = 2 * 1024 * 1024;
/** How long packets that arrive out of order are waited for; without RTP they cannot be told. */
const reorderWaitMs = 200;

/**
 * An MPEG transport stream that is sent to us, or to a group that we join: in datagrams, or in RTP.
 * Its times are taken as they are (do-timestamp off): tsdemux would move single frames by how late they arrive.
 */
export async function openTransportStream(request: SourceRequest): Promise<OpenSource> {
  const { url } = request.settings.source;
  const { scheme, host, port, networkInterface } = receiving(url);
  const unpack =
    scheme === 'rtp'
      ? `application/x-rtp,media=video,clock-rate=90000,encoding-name=MP2T ! rtpjitterbuffer latency=${reorderWaitMs} ! rtpmp2tdepay ! `
      : '';
  return {
    receivedOver: 'udp',
    certificateTrusted: null,
    isPaced: false,
    next: oneFeed(
      () => {
        const plan = new Branches(request);
        return {
          text: `udpsrc name=src do-timestamp=false buffer-size=${kernelBuffer} ! ${unpack}tsdemux name=demux`,
          plan,
          prepare(pipeline) {
            pipeline.set('src', 'address', quoted(host || '0.0.0.0'));
            pipeline.set('src', 'port', port);
            if (networkInterface) pipeline.set('src', 'multicast-iface', quoted(networkInterface));
            plan.follow(pipeline);
          },
          failure: ({ domain, code, message, debug }) =>
            domain === 'gst-resource-error-quark' && code !== 9
              ? new NvrError(
                  'camera_unreachable',
                  `The recorder cannot receive at port ${port}${host ? ` for ${host}` : ''}. Is another program receiving there, or the address wrong?`,
                  { cause: new Error(`${message} ${debug}`) },
                )
              : null,
        };
      },
      () => new NvrError('camera_stream_ended', 'The stream has ended.'),
    ),
    explain: async (failure) =>
      failure.code === 'camera_timeout'
        ? new NvrError(
            'camera_timeout',
            `Nothing that can be shown arrives at port ${port}${host ? ` for ${host}` : ''}. Is it being sent?`,
          )
        : failure,
    release() {},
  };
}

function receiving(url: string) {
  const [, scheme = '', host = '', port = '', query = ''] =
    /^(udp|rtp):\/\/(.*):(\d+)[^?]*(?:\?(.*))?$/.exec(url) ?? [];
  const networkInterface = new URLSearchParams(query).get('iface') ?? '';
  return { scheme, host: host.replace(/^\[|\]$/g, ''), port: Number(port), networkInterface };
}
