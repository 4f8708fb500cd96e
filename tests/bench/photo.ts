import { randomUUIDv7 } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import type { InvitationId } from '../../src/core/ids.ts';
import { linkToken, newProof, tokenHash } from '../../src/onboarding/link-secrets.ts';
import { openKeyring } from '../../src/platform/keyring.ts';
import { portrait } from '../support/pictures.ts';
import { ask, type BytesRequest, type Target } from './load.ts';
import type { LoopDelay } from './loop-delay.ts';
import type { Running } from './processes.ts';
import { insert } from './records.ts';
import { costRatios, interleave } from './rounds.ts';
import { type Figure, median } from './table.ts';
import type { Bench, Measured } from './throughput.ts';
import type { World } from './world.ts';

/** Starts the program once more, with these options of Node's and this environment besides. */
export type StartAnother = (nodeOptions: string[], environment: Record<string, string>) => Promise<Running>;

type PhotoTarget = Target<BytesRequest>;
type Link = { invitationId: InvitationId; path: string; cookie: string };

/** Uploads come one after another, as one parent's do: sixteen at once would measure how two cores share out the bare handler's drawing. */
export async function measurePhoto(bench: Bench, startAnother: StartAnother): Promise<Measured> {
  const { world, effort } = bench;
  const form = formOf(await photoOfTwelveMegapixels());
  const uploads = Math.ceil(effort.seconds) * 4;
  const checked = Math.ceil(effort.seconds) * 2;
  const links = await layLinks(world, (effort.rounds + 1) * (uploads + checked));

  const answers = await measureAnswers(bench, form, links, uploads);
  // Nothing works these off. The program that is started next is to check its own photos and no others.
  await world.admin.query('select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs))');
  const checks = await measureChecks(bench, form, links, checked, startAnother);
  return { samples: answers.samples, figures: [...answers.figures, ...checks] };
}

async function measureAnswers({ world, subject, baseline, effort }: Bench, form: Form, links: Link[], uploads: number): Promise<Measured> {
  const all = links.map(({ invitationId }) => invitationId);
  const upload = uploadTo(subject, form, links);
  const bare: PhotoTarget = { name: 'bare sharp handler', origin: baseline.origin, pid: baseline.pid, status: 303, next: () => ({ ...form, path: '/photo' }) };
  const p50s = new Map<string, number[]>([upload, bare].map(({ name }) => [name, []]));
  const samples = await interleave([bare, upload], effort.rounds, world.postmaster, async target => {
    const began = performance.now();
    const taken: number[] = [];
    for (let count = 0; count < uploads; count += 1) taken.push((await ask(target)).ms);
    p50s.get(target.name)!.push(median(taken));
    return { completed: uploads, seconds: (performance.now() - began) / 1000 };
  });
  const { rows } = await world.admin.query<{ count: number }>(`select count(*)::int as count from parley.submissions where invitation_id = any($1)`, [all]);
  const answered = all.length - links.length;
  if (rows[0]!.count !== answered) throw new Error(`${answered} photos were answered and ${rows[0]!.count} were taken in`);
  // The first of each is the run that is not counted.
  const [ofUpload, ofBare] = [upload, bare].map(({ name }) => p50s.get(name)!.slice(1)) as [number[], number[]];
  return {
    samples,
    figures: [
      { what: 'photo of 12 megapixels, answer: p50 / bare sharp handler', values: ofUpload.map((ms, round) => ms / ofBare[round]!), goal: 1.5 },
      { what: 'photo of 12 megapixels, answer: cost / bare sharp handler', values: costRatios(samples, upload.name, bare.name) },
      { what: 'photo of 12 megapixels, answer: p50', values: ofUpload, unit: ' ms' },
    ],
  };
}

/** The program with its own worker, which takes some photos in and checks them: how long its event loop keeps others waiting meanwhile. */
async function measureChecks({ world, effort }: Bench, form: Form, links: Link[], photos: number, startAnother: StartAnother): Promise<Figure[]> {
  const file = path.join(world.folder, 'loop-delay.json');
  const module = pathToFileURL(path.join(import.meta.dirname, 'loop-delay.ts')).href;
  const program = await startAnother(['--import', module], { PARLEY_ROLE: 'all', BENCH_LOOP_DELAY_FILE: file });
  try {
    const rounds: (LoopDelay & { answerMs: number })[] = [];
    for (let round = 0; round <= effort.rounds; round += 1) {
      const own = links.slice(0, photos);
      const upload = uploadTo(program, form, links);
      await loopDelaySince(program, file);
      const answers: number[] = [];
      for (let count = 0; count < photos; count += 1) answers.push((await ask(upload)).ms);
      await allChecked(world, own);
      rounds.push({ ...(await loopDelaySince(program, file)), answerMs: median(answers) });
    }
    const counted = rounds.slice(1); // the first loads the image library and the detector
    return [
      { what: 'photos checked in the same program: event-loop delay p99', values: counted.map(({ p99Ms }) => p99Ms), goal: 50, unit: ' ms' },
      { what: 'photos checked in the same program: longest delay', values: counted.map(({ longestMs }) => longestMs), unit: ' ms' },
      { what: 'photos checked in the same program: p50 of an answer', values: counted.map(({ answerMs }) => answerMs), unit: ' ms' },
    ];
  } finally {
    await program.stop();
  }
}

/** What the program saw since it was last asked. */
async function loopDelaySince({ pid }: Running, file: string): Promise<LoopDelay> {
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (const until = performance.now() + 10_000; performance.now() < until; await wait(10)) {
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text !== null) return JSON.parse(text) as LoopDelay;
  }
  throw new Error('the program does not tell of its event loop');
}

const mostSecondsAPhoto = 20;

/** Until none of these waits any more. Each must have been looked at in earnest: a photo that is turned away, or a detector that is away, takes less. */
async function allChecked({ admin }: World, links: readonly Link[]): Promise<void> {
  const ids = links.map(({ invitationId }) => invitationId);
  for (const until = performance.now() + links.length * mostSecondsAPhoto * 1000; performance.now() < until; await wait(100)) {
    const { rows } = await admin.query<{ left: number; seen: number }>(
      `select (count(*) filter (where status = 'checking'))::int as left,
              (count(*) filter (where status = 'draft' and checks ->> 'inspector' is not null and jsonb_array_length(checks -> 'numbers' -> 'faces') = 1))::int as seen
         from parley.submissions where invitation_id = any($1)`,
      [ids],
    );
    const { left, seen } = rows[0]!;
    if (left > 0) continue;
    if (seen < links.length) throw new Error(`of ${links.length} photos, ${seen} were checked for faces and one found`);
    return;
  }
  throw new Error('the photos were not checked');
}

type Form = Omit<BytesRequest, 'path'>;

/** The form as a page sends it, with no field but its file. */
function formOf(photo: Buffer): Form {
  const boundary = '----------------------parley-bench';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="photo"; filename="IMG_2041.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
  return {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), photo, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

/** Each by a link of its own, which is used up: a second photo on one would take the first back, which is other work. */
const uploadTo = (program: Running, form: Form, links: Link[]): PhotoTarget => ({
  name: 'photo upload',
  origin: program.origin,
  pid: program.pid,
  status: 303,
  next() {
    const link = links.shift();
    if (!link) throw new Error('there are no links left');
    return { ...form, path: link.path, headers: { ...form.headers, cookie: link.cookie } };
  },
});

/** Links of adults who had none, each with the cookie of a browser in which its code was given right. */
async function layLinks({ admin, masterKey }: World, count: number): Promise<Link[]> {
  const keyring = openKeyring(Buffer.from(masterKey, 'base64'));
  const { rows: adults } = await admin.query<{ schoolId: string; parentId: string; accountId: string }>(
    `select a.school_id as "schoolId", a.parent_id as "parentId", s.account_id as "accountId"
       from parley.school_parents a join parley.staff s on s.school_id = a.school_id
      where a.status = 'not_invited' and a.until is null order by a.number limit $1`,
    [count],
  );
  if (adults.length < count) throw new Error(`the school has ${adults.length} adults without a link, not ${count}`);
  const now = new Date();
  const made = adults.map(adult => {
    const key = { invitationId: randomUUIDv7() as InvitationId, round: 1 };
    const token = linkToken(keyring, key);
    return { ...adult, token, link: { invitationId: key.invitationId, path: `/link/${token}/photo`, cookie: `link=${newProof(keyring, key, now)}` } };
  });
  await insert(
    admin,
    'parley.invitations',
    made.map(({ schoolId, parentId, accountId, token, link }) => ({
      id: link.invitationId,
      school_id: schoolId,
      parent_id: parentId,
      round: 1,
      token_hash: tokenHash(token),
      wrong_codes: 0,
      created_by: accountId,
      created_at: now,
      expires_at: new Date(now.getTime() + 14 * 24 * 60 * 60 * 1000),
      opened_at: now,
      proved_at: now,
    })),
  );
  return made.map(({ link }) => link);
}

/** One face, 3,000 by 4,000, with the grain of a camera: without it the file would be a fifth of what telephones send. */
async function photoOfTwelveMegapixels(): Promise<Buffer> {
  const [width, height] = [3000, 4000];
  const { data: grain, info } = await sharp({
    create: { width, height, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 36 } },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const enlarged = await portrait().resize({ width, height, fit: 'fill' }).png({ compressionLevel: 0 }).toBuffer(); // the resizing comes before what is laid over it
  return sharp(enlarged)
    .composite([{ input: grain, raw: { width, height, channels: info.channels }, blend: 'soft-light' }])
    .jpeg({ quality: 92 })
    .toBuffer();
}
