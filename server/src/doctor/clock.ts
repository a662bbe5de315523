import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { attention, type Finding, ok, problem, type Section } from './finding.ts';

const run = promisify(execFile);
/** A battery clock that differs by more sets the machine wrong at its next start, until NTP has answered. */
const maxHardwareOffsetMs = 10_000;

export async function checkClocks(timeZone: string): Promise<Section> {
  const synchronized = (await kernelSaysSynchronized()) ?? (await systemdSaysSynchronized());
  const findings = [checkClock(Date.now(), timeZone), checkTimeService(synchronized), checkHardwareClock()];
  return { title: 'Clock', findings };
}

/** @param nowMs Unix milliseconds. */
export function checkClock(nowMs: number, timeZone: string): Finding {
  const local = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(nowMs);
  const text = `clock ${local}, time zone ${timeZone}`;
  if (new Date(nowMs).getUTCFullYear() < 2026) return problem(text, 'set the clock: recordings are filed by it');
  return ok(text);
}

/** What time services leave behind once they keep the clock. */
const timeServices = {
  'systemd-timesyncd': '/run/systemd/timesync/synchronized',
  chrony: '/run/chrony',
  ntpd: '/run/ntpd.pid',
};

/** @param synchronized as the system says; null when it does not say. */
export function checkTimeService(synchronized: boolean | null, exists = existsSync): Finding {
  const service = Object.entries(timeServices).find(([, trace]) => exists(trace))?.[0];
  if (synchronized) return ok(service ? `clock kept right by ${service}` : 'clock kept right by a time service');
  const remedy =
    'switch one on: timedatectl set-ntp true, or install chrony. In a container or virtual machine the host keeps the clock';
  if (synchronized === false) return attention('no time service keeps the clock right', remedy);
  return service ? ok(`a time service runs: ${service}`) : attention('no time service was seen', remedy);
}

/** adjtimex(2) through the binding; null where the binding cannot be loaded, or may not ask. */
async function kernelSaysSynchronized(): Promise<boolean | null> {
  try {
    const { clockSynchronized } = await import('../media/gst/kernel-clock.ts');
    return clockSynchronized();
  } catch {
    return null; // without GStreamer's libraries, which the section on GStreamer tells of
  }
}

async function systemdSaysSynchronized(): Promise<boolean | null> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeout: 3_000 });
    return { yes: true, no: false }[stdout.trim()] ?? null;
  } catch {
    return null; // not a system with systemd, or one that does not answer
  }
}

/** The clock that runs on a battery while the machine is off. */
export function checkHardwareClock(file = '/sys/class/rtc/rtc0/since_epoch', nowMs = Date.now()): Finding {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return attention(
      'no hardware clock was seen',
      'after a power loss the time is wrong until NTP has answered; recordings then begin anew. Usual in virtual machines',
    );
  }
  const offsetMs = Number(text) * 1_000 - nowMs;
  if (!Number.isFinite(offsetMs)) return attention('the hardware clock cannot be read');
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  if (Math.abs(offsetMs) <= maxHardwareOffsetMs) return ok('the hardware clock agrees');
  const direction = offsetMs > 0 ? 'ahead' : 'behind';
  return attention(`the hardware clock is ${seconds} s ${direction}, if it runs in UTC`, 'hwclock --systohc --utc');
}
