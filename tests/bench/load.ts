import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import autocannon from 'autocannon';

export type Request = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string };

/** One whose body is not text. Only `ask` sends it: wrk's script is lines of text. */
export type BytesRequest = Omit<Request, 'body'> & { body: Buffer };

/** What is asked, of whom. `next` gives a request each time: the same one for a page, a new form for a write. */
export type Target<Asked = Request> = { name: string; origin: string; pid: number; status: number; next: () => Asked };

/** What was completed, and in how many seconds. */
export type Done = { completed: number; seconds: number };

export const connections = 16;

const hasWrk = spawnSync('wrk', ['-v']).error === undefined;
export const loadGenerator = hasWrk ? 'wrk' : 'autocannon, in this process';

/** Keeps 16 connections busy for some seconds. An answer other than the expected one fails the row. */
export const load = (target: Target, seconds: number, folder: string): Promise<Done> =>
  hasWrk ? loadByWrk(target, seconds, folder) : loadByAutocannon(target, seconds);

async function loadByAutocannon(target: Target, seconds: number): Promise<Done> {
  const result = await autocannon({
    url: target.origin,
    connections,
    duration: seconds,
    sampleInt: 100,
    requests: [{ setupRequest: prepared => ({ ...prepared, ...target.next() }) }],
  });
  const others = Object.entries(result.statusCodeStats).filter(([status]) => Number(status) !== target.status);
  if (others.length > 0 || result.errors > 0)
    throw new Error(`${target.name}: ${result.errors} errors; answers with ${others.map(([status, { count }]) => `${status}: ${count}`).join(', ')}`);
  return { completed: result.requests.total, seconds: result.duration };
}

/** More than any machine sends in a second; what is prepared and not sent is thrown away. */
const preparedASecond = 4000;

/** wrk with a script that takes one prepared request after the other. */
async function loadByWrk(target: Target, seconds: number, folder: string): Promise<Done> {
  const duration = Math.ceil(seconds);
  const first = target.next();
  const count = first.method === 'POST' ? preparedASecond * duration : 1;
  const lines = [first, ...Array.from({ length: count - 1 }, target.next)].map(({ path: at, headers, body }) =>
    [at, headers.cookie ?? '', body ?? ''].join('\t'),
  );
  const requests = path.join(folder, 'requests.txt');
  const script = path.join(folder, 'requests.lua');
  const { cookie: _cookie, ...headers } = first.headers;
  await writeFile(requests, lines.join('\n'));
  await writeFile(
    script,
    `
    local all, at = {}, 0
    init = function(args)
      wrk.init(args)
      for line in io.lines(${JSON.stringify(requests)}) do
        local path, cookie, body = line:match("^([^\\t]*)\\t([^\\t]*)\\t(.*)$")
        local headers = { ${Object.entries(headers)
          .map(([name, value]) => `[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
          .join(', ')} }
        headers["cookie"] = cookie ~= "" and cookie or nil
        all[#all + 1] = wrk.format(${JSON.stringify(first.method)}, path, headers, body ~= "" and body or nil)
      end
    end
    request = function()
      at = at % #all + 1
      return all[at]
    end`,
  );
  const { stdout } = await promisify(execFile)('wrk', ['-t', '1', '-c', String(connections), '-d', `${duration}s`, '-s', script, target.origin]);
  const [, completed, took] = /(\d+) requests in ([\d.]+)s/.exec(stdout)!;
  const refused = /Non-2xx or 3xx responses: \d+|Socket errors: .*/.exec(stdout);
  if (refused) throw new Error(`${target.name}: ${refused[0]}`);
  if (count > 1 && Number(completed) > count) throw new Error(`${target.name}: the prepared requests ran out`);
  return { completed: Number(completed), seconds: Number(took) };
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
/** Ends the connections that were kept open. */
export const hangUp = (): void => agent.destroy();

/** Sends one request and reads its answer; gives the milliseconds it took and what was answered. */
export const ask = (target: Target<Request | BytesRequest>): Promise<{ ms: number; body: string }> =>
  new Promise((resolve, reject) => {
    const { method, path: at, headers, body } = target.next();
    const began = performance.now();
    const sent = httpRequest(
      new URL(at, target.origin),
      { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) }, agent },
      response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          if (response.statusCode === target.status) resolve({ ms: performance.now() - began, body: Buffer.concat(chunks).toString() });
          else reject(new Error(`${target.name}: answered with ${response.statusCode}`));
        });
        response.on('error', reject);
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

/** A fixed number of requests over 16 connections, for answers so slow that those cut off at the end would count. */
export async function sendAll(target: Target, count: number): Promise<Done> {
  const began = performance.now();
  let left = count;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left > 0) {
        left -= 1;
        await ask(target);
      }
    }),
  );
  return { completed: count, seconds: (performance.now() - began) / 1000 };
}

/** Asks at a steady pace, whether or not earlier answers have come; gives the milliseconds each took. */
export async function askSteadily(target: Target, everyMs: number, seconds: number): Promise<number[]> {
  const answers: Promise<{ ms: number }>[] = [];
  for (const until = performance.now() + seconds * 1000; performance.now() < until; await wait(everyMs)) answers.push(ask(target));
  return (await Promise.all(answers)).map(({ ms }) => ms);
}
