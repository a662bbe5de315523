import { c } from './ffi.ts';

/** `struct timex` of 64-bit Linux (adjtimex(2)), with room to spare; all zero asks and sets nothing. */
const timexBytes = 256;
/** TIME_ERROR, also for STA_UNSYNC. */
const unsynchronized = 5;

/** Whether something (NTP, PTP) keeps the system clock right, as the kernel was told; null when it does not say. */
export function clockSynchronized(): boolean | null {
  const state = c.adjtimex(new Uint8Array(timexBytes));
  return state < 0 ? null : state !== unsynchronized;
}
