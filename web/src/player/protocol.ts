import { useLocalStorage } from '@mantine/hooks';
import { useSearch } from 'wouter';
import { type Way, ways } from './live/transport.ts';

export const wayNames: Record<Way, string> = {
  webrtc: 'WebRTC',
  ws: 'WebSocket',
  'll-hls': 'Low-latency HLS',
  hls: 'HLS',
};

const isWay = (text: string | null): text is Way => ways.some((way) => way === text);

/**
 * The only way that live pictures may come, null for the fastest that works: as the address says (`?protocol=`), else as
 * chosen in this browser.
 */
export function useProtocol(): [Way | null, (way: Way | null) => void] {
  const asked = new URLSearchParams(useSearch()).get('protocol');
  const [chosen, choose] = useLocalStorage<string | null>({
    key: 'nightjar-live-protocol',
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  if (isWay(asked)) return [asked, choose];
  return [isWay(chosen) ? chosen : null, choose];
}
