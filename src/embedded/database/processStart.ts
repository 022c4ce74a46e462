/** When a process started, as something to compare: pids are used again, a pid with its start is not. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** undefined when there is no such process, or no way to know. */
export async function readProcessStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return (await readFromProc(pid)) ?? readFromPs(pid);
  return readFromPs(pid);
}

/** Field 22 of stat, in ticks since boot, with the boot's id. The second field, the command, may hold spaces and brackets. */
async function readFromProc(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot.trim()} ${ticks}`;
  } catch {
    return undefined;
  }
}

async function readFromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
