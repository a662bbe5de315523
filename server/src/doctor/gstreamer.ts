import type { EncoderTrial } from '../media/find-encoder.ts';
import { type ElementGroup, elementGroups } from './elements.ts';
import { attention, type Finding, ok, problem, type Section } from './finding.ts';

/** Oldest GStreamer whose elements have the properties that pipelines set. */
const oldest = { major: 1, minor: 20 };

/** GStreamer as this process finds it. Loaded here, not imported above: without its libraries the import itself fails. */
export async function checkGstreamer(): Promise<Section[]> {
  try {
    const { elementExists, gstVersion } = await import('../media/gst/index.ts');
    const version = checkVersion(gstVersion());
    const { tryEncoders } = await import('../media/find-encoder.ts');
    return [
      { title: 'GStreamer', findings: [version] },
      { title: 'GStreamer elements', findings: elementGroups.flatMap((group) => checkGroup(group, elementExists)) },
      { title: 'Encoders', findings: checkEncoders(await tryEncoders()) },
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    const remedy = './nightjar start installs it; by hand: apt-get install gstreamer1.0-plugins-base and those below';
    return [
      { title: 'GStreamer', findings: [problem(`GStreamer cannot be loaded: ${why}`, remedy)] },
      { title: 'GStreamer elements', findings: elementGroups.flatMap((group) => checkGroup(group, () => false)) },
    ];
  }
}

/** @param text As `gst_version_string` gives it: `GStreamer 1.22.0`. */
export function checkVersion(text: string): Finding {
  const [major = 0, minor = 0] = (text.match(/\d+/g) ?? []).map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return ok(text);
  return problem(`${text} is too old`, `a system with GStreamer ${oldest.major}.${oldest.minor} or newer`);
}

/** One line when all are there, else one per package that is to be installed. */
export function checkGroup(group: ElementGroup, exists: (factory: string) => boolean): Finding[] {
  const absent = Object.entries(group.elements).filter(([factory]) => !exists(factory));
  if (absent.length === 0) return [ok(`${group.use}: ${Object.keys(group.elements).join(', ')}`)];
  const byPackage = Map.groupBy(absent, ([, debianPackage]) => debianPackage);
  return [...byPackage].map(([debianPackage, elements]) => {
    const text = `${group.use}: no ${elements.map(([factory]) => factory).join(', ')}`;
    return (group.needed ? problem : attention)(text, `Debian package ${debianPackage}`);
  });
}

const software = ['x264enc', 'openh264enc'];

/** @param trials best first. */
export function checkEncoders(trials: readonly EncoderTrial[]): Finding[] {
  const best = trials.find(({ works }) => works)?.factory;
  if (best === undefined)
    return [problem('no H.264 encoder works', 'Debian package gstreamer1.0-plugins-ugly (x264enc)')];
  return trials.map(({ factory, works }) => {
    const kind = software.includes(factory) ? 'in software' : 'in hardware';
    if (!works)
      return attention(
        `${factory} is there but does not encode`,
        'its driver or its device is missing; it is not used',
      );
    return ok(factory === best ? `video.mode "encode" uses ${factory}, ${kind}` : `${factory} encodes too, ${kind}`);
  });
}
