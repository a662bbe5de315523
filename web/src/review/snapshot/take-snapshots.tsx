import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { canCopy, copySnapshot, type ShownPicture, saveSnapshots } from './snapshot.ts';

/** Saves what is shown, and says so; a single picture can be copied then. */
export async function takeSnapshots(pictures: readonly ShownPicture[], timeZone: string): Promise<void> {
  const names = await saveSnapshots(pictures, timeZone);
  const missing = pictures.length - names.length;
  if (names.length === 0) {
    notifications.show({ color: 'red', message: 'There is no picture to save of this moment.' });
    return;
  }
  const [only] = pictures;
  const id = notifications.show({
    color: 'gray',
    title: names.length === 1 ? 'Picture saved' : `${names.length} pictures saved`,
    message: (
      <>
        {names.length === 1 && <div style={{ overflowWrap: 'anywhere' }}>{names[0]}</div>}
        {missing > 0 && <div>{missing} of the cameras had no picture of this moment.</div>}
        {pictures.length === 1 && only && canCopy() && (
          <Button
            size="compact-xs"
            variant="default"
            mt={6}
            onClick={() => {
              notifications.hide(id);
              void copy(only);
            }}
          >
            Copy to the clipboard
          </Button>
        )}
      </>
    ),
  });
}

async function copy(picture: ShownPicture): Promise<void> {
  try {
    await copySnapshot(picture);
    notifications.show({ color: 'gray', message: 'Copied: paste it wherever it is needed.' });
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    notifications.show({ color: 'red', message: `The picture could not be copied. ${why}` });
  }
}
