import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { isRunning } from './processes.ts';

const execute = promisify(execFile);
const prefix = 'njnet';
/** Where the tools are that only root uses. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

/**
 * A network of its own for simulated cameras: this machine – a router – the cameras' machine, each but the first in a
 * network namespace (Linux). What the router does to the packets is up to the test. Needs root, iproute2 and nftables.
 */
export class Network implements AsyncDisposable {
  readonly #names: ReturnType<typeof namesOf>;
  readonly #onExit = () => this.#removeAtOnce();

  private constructor(names: ReturnType<typeof namesOf>) {
    this.#names = names;
    process.on('exit', this.#onExit);
  }

  /** Why there can be none here; null when there can. */
  static async whyNot(): Promise<string | null> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'network namespaces are root’s, on Linux';
    for (const tool of [
      ['ip', '-V'],
      ['tc', '-V'],
      ['nft', '-v'],
    ]) {
      const isThere = await run(tool).then(
        () => true,
        () => false, // not installed
      );
      if (!isThere) return `${tool[0]} is missing`;
    }
    return Network.create().then(
      async (network) => {
        await network[Symbol.asyncDispose]();
        return null;
      },
      (error: Error) => `no network can be made: ${error.message.split('\n')[0]}`,
    );
  }

  static async create(): Promise<Network> {
    await removeStale();
    const names = namesOf(await freeSubnet());
    const network = new Network(names);
    try {
      for (const command of setUp(names)) await run(command.split(' '));
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
    return network;
  }

  /** Of the cameras' machine. */
  get host(): string {
    return this.#names.cameras;
  }

  /** What runs a command on the cameras' machine when put before it. */
  get inside(): string[] {
    return ['ip', 'netns', 'exec', this.#names.far];
  }

  /** Addresses that exist, but whose packets are lost without a word: `count` of them. */
  async blackHoles(count: number): Promise<string[]> {
    const { subnet, router } = this.#names;
    await this.#onRouter('ip', 'route', 'replace', 'blackhole', `${subnet}.128/25`);
    await run(['ip', 'route', 'replace', `${subnet}.128/25`, 'via', router]);
    return Array.from({ length: count }, (_, i) => `${subnet}.${129 + (i % 126)}`);
  }

  /** Of the UDP packets to this machine, so many percent are lost at random. */
  async lose(percent: number): Promise<void> {
    const rule = `ip protocol udp numgen random mod 1000 < ${Math.round(percent * 10)} counter drop`;
    const lines = ['flush chain ip faults toward_us', ...(percent > 0 ? [`add rule ip faults toward_us ${rule}`] : [])];
    await this.#onRouter('nft', lines.join('; '));
  }

  /** How many packets `lose` has taken since it was called last. */
  async lost(): Promise<number> {
    const text = await this.#onRouter('nft', 'list', 'chain', 'ip', 'faults', 'toward_us');
    return Number(/counter packets (\d+)/.exec(text)?.[1] ?? 0);
  }

  /** No more than so many kbit/s come through to this machine; what waits longer than `queueMs` is lost. null: no limit. */
  async limit(kbps: number | null, queueMs = 300): Promise<void> {
    const device = ['dev', this.#names.routerNear, 'root'];
    if (kbps === null) await this.#onRouter('tc', 'qdisc', 'del', ...device);
    else {
      const bucket = ['rate', `${kbps}kbit`, 'burst', '8kb', 'latency', `${queueMs}ms`];
      await this.#onRouter('tc', 'qdisc', 'replace', ...device, 'tbf', ...bucket);
    }
  }

  /** The cameras' cable is pulled, or plugged in again. */
  async connect(connected: boolean): Promise<void> {
    await this.#onRouter('ip', 'link', 'set', this.#names.routerFar, connected ? 'up' : 'down');
  }

  /** What runs inside is to be ended before. */
  async [Symbol.asyncDispose](): Promise<void> {
    process.off('exit', this.#onExit);
    for (const command of tearDown(this.#names)) await run(command).catch(() => {}); // was not made, or is gone
  }

  #onRouter(...command: string[]): Promise<string> {
    return run(['ip', 'netns', 'exec', this.#names.near, ...command]);
  }

  #removeAtOnce(): void {
    for (const [tool = '', ...args] of tearDown(this.#names)) {
      try {
        execFileSync(tool, args, { env, stdio: 'ignore' });
      } catch {
        // was not made, or is gone
      }
    }
  }
}

async function run([tool = '', ...args]: string[]): Promise<string> {
  return (await execute(tool, args, { env })).stdout;
}

let made = 0;

/** Interfaces have 15 letters at most; whose they are is told by the process id. */
function namesOf(third: number) {
  made += 1;
  const name = `${prefix}${process.pid}-${made}`;
  const subnet = `10.211.${third}`;
  return {
    subnet,
    near: `${name}r`,
    far: `${name}c`,
    us: name,
    routerNear: 'to-us',
    routerFar: 'to-cameras',
    camerasEnd: 'camera',
    router: `${subnet}.2`,
    cameras: `${subnet}.6`,
  };
}

function setUp({
  subnet,
  near,
  far,
  us,
  routerNear,
  routerFar,
  camerasEnd,
  router,
  cameras,
}: ReturnType<typeof namesOf>) {
  const onRouter = `ip -n ${near}`;
  const onCameras = `ip -n ${far}`;
  return [
    `ip netns add ${near}`,
    `ip netns add ${far}`,
    `ip link add ${us} type veth peer name ${routerNear} netns ${near}`,
    `${onRouter} link add ${routerFar} type veth peer name ${camerasEnd} netns ${far}`,
    `ip addr add ${subnet}.1/30 dev ${us}`,
    `ip link set ${us} up`,
    `${onRouter} addr add ${router}/30 dev ${routerNear}`,
    `${onRouter} link set ${routerNear} up`,
    `${onRouter} addr add ${subnet}.5/30 dev ${routerFar}`,
    `${onRouter} link set ${routerFar} up`,
    `${onCameras} addr add ${cameras}/30 dev ${camerasEnd}`,
    `${onCameras} link set ${camerasEnd} up`,
    `${onCameras} link set lo up`,
    `${onCameras} route add default via ${subnet}.5`,
    `ip route add ${subnet}.4/30 via ${router}`,
    `ip netns exec ${near} sysctl -qw net.ipv4.ip_forward=1`,
    `ip netns exec ${near} nft add table ip faults`,
    `ip netns exec ${near} nft add chain ip faults toward_us { type filter hook forward priority 0 ; }`,
  ];
}

/** Routes and addresses go with the interface. */
const tearDown = ({ us, near, far }: ReturnType<typeof namesOf>): string[][] => [
  ['ip', 'link', 'del', us],
  ['ip', 'netns', 'del', far],
  ['ip', 'netns', 'del', near],
];

const given = new Set<number>();

/** Third part of 10.211.x.0/24 that no interface has, and none of those that are being made. */
async function freeSubnet(): Promise<number> {
  const taken = await run(['ip', '-o', 'addr']);
  for (let tries = 0; tries < 256; tries += 1) {
    const third = (process.pid + tries) % 256;
    if (given.has(third) || taken.includes(`10.211.${third}.`)) continue;
    given.add(third);
    return third;
  }
  throw new Error('all of 10.211.0.0/16 is in use');
}

/** What a test that was killed left. */
async function removeStale(): Promise<void> {
  const names = (await run(['ip', 'netns', 'list'])).matchAll(new RegExp(`^${prefix}(\\d+)-\\d+[rc]`, 'gm'));
  for (const [name, pid] of names) {
    if (isRunning(Number(pid))) continue;
    await run(['ip', 'link', 'del', name.slice(0, -1)]).catch(() => {}); // gone already
    await run(['ip', 'netns', 'del', name]).catch(() => {}); // gone already
  }
}
