// `nightjar doctor`: says what this machine has and lacks. Takes the options of `nightjar start`; leaves nothing behind.
import { type Config, readConfig, StartError } from './config/index.ts';
import { checkClocks } from './doctor/clock.ts';
import { problemsIn, reportText, type Section } from './doctor/finding.ts';
import { checkGstreamer } from './doctor/gstreamer.ts';
import { checkMachine } from './doctor/machine.ts';
import { checkPorts } from './doctor/ports.ts';
import { checkStorage } from './doctor/storage.ts';

const args = process.argv.slice(2);
const asJson = args.includes('--json');

function configOrExit(): Config {
  try {
    const config = readConfig(
      args.filter((arg) => arg !== '--json'),
      process.env,
    );
    if (config !== 'help') return config;
    console.log('Usage: nightjar doctor [--json] [options of nightjar start]');
    process.exit(0);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`nightjar: ${error.message}`);
    process.exit(2);
  }
}

const config = configOrExit();
const sections: Section[] = [
  checkMachine(),
  await checkClocks(config.timeZone),
  await checkPorts(config),
  await checkStorage(config.dataDir),
  ...(await checkGstreamer()),
];
const problems = problemsIn(sections);
console.log(asJson ? JSON.stringify({ problems, sections }, null, 2) : reportText(sections));
process.exitCode = problems === 0 ? 0 : 1;
