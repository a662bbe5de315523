import { useLocalStorage } from '@mantine/hooks';

/** The name that the person at this browser goes by, as long as nobody signs in; empty until it is given. */
export function useWho(): [name: string, remember: (name: string) => void] {
  const [name, remember] = useLocalStorage<string>({
    key: 'nightjar-who',
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  return [name, remember];
}
