import { notifications } from '@mantine/notifications';

/** Shows the video over all windows, or back on its page. It goes on there while the page is hidden. */
export async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  try {
    if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } catch {
    // Before the first picture there is nothing to show.
    notifications.show({ color: 'red', message: 'There is no picture to show over other windows yet.' });
  }
}
