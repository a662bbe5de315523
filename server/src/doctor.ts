// `nightjar doctor`: says what this machine has and lacks. Takes the options of `nightjar start`; changes nothing.
import { type Config, readConfig, StartError } from './config/index.ts';
import { reportText, type Section } from './doctor/finding.ts';
import { checkGstreamer } from './doctor/gstreamer.ts';
import { checkMachine } from './doctor/machine.ts';

function configOrExit(): Config {
  try {
    const config = readConfig(process.argv.slice(2), process.env);
    if (config !== 'help') return config;
    console.log('Usage: nightjar doctor [options of nightjar start]');
    process.exit(0);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    console.error(`nightjar: ${error.message}`);
    process.exit(1);
  }
}

const config = configOrExit();
const sections: Section[] = [await checkMachine(config), ...(await checkGstreamer())];
console.log(reportText(sections));
process.exitCode = sections.some(({ findings }) => findings.some(({ level }) => level === 'missing')) ? 1 : 0;
