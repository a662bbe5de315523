import { useLocalStorage } from '@mantine/hooks';
import { useLocation, useSearch } from 'wouter';
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
  const [path, navigate] = useLocation();
  const [chosen, setChosen] = useLocalStorage<string | null>({
    key: 'nightjar-live-protocol',
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const wanted = isWay(asked) ? asked : chosen;
  const choose = (way: Way | null) => {
    setChosen(way);
    if (asked !== null) navigate(path, { replace: true });
  };
  return [isWay(wanted) ? wanted : null, choose];
}
