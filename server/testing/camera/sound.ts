/** The loop is this long for every sample rate: a whole number of seconds and of codec frames (AAC 1024, others 20 ms). */
export const SOUND_LOOP_SECONDS = 8;
export const BEEP_SECONDS = 0.1;

/** Mono, 16-bit: a 1 kHz beep at the start of each second, else a faint hum whose pitch tells cameras apart. */
export function drawSound(sampleRate: number, seconds: number, look: number): Buffer {
  const samples = new Int16Array(sampleRate * seconds);
  const humHz = 110 + 55 * look;
  for (let i = 0; i < samples.length; i++) {
    const inSecond = (i % sampleRate) / sampleRate;
    const beep = inSecond < BEEP_SECONDS ? 0.5 * Math.sin(2 * Math.PI * 1000 * inSecond) : 0;
    const hum = 0.005 * Math.sin((2 * Math.PI * humHz * i) / sampleRate);
    samples[i] = Math.round((beep + hum) * 32767);
  }
  return Buffer.from(samples.buffer);
}
