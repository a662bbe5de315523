import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeLateLinks } from './late-links.ts';

test('links to later RTP pads become capsfilters, others stay', () => {
  const { text, links } = takeLateLinks(
    'rtspsrc name=src src. ! application/x-rtp,media=video,encoding-name=H264 ! rtph264depay ! tee name=t t. ! queue ! fakesink src. ! application/x-rtp, media=audio ! fakesink',
  );
  assert.deepEqual(links, [
    { source: 'src', target: 'late-link-0' },
    { source: 'src', target: 'late-link-1' },
  ]);
  assert.equal(
    text,
    'rtspsrc name=src capsfilter name=late-link-0 caps="application/x-rtp,media=video,encoding-name=H264" ! rtph264depay ! tee name=t t. ! queue ! fakesink capsfilter name=late-link-1 caps="application/x-rtp, media=audio" ! fakesink',
  );
});
