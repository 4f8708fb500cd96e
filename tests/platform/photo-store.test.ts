import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDiskPhotoStore, type PhotoStore } from '../../src/platform/photo-store.ts';
import { openS3PhotoStore } from '../../src/platform/photo-store-s3.ts';

let folder: string;
let served: S3rver;
let endpoint: string;
const bucket = (credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' }) =>
  openS3PhotoStore({ bucket: 'photos', region: 'eu-west-2', endpoint, credentials });

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'parley-store-'));
  served = new S3rver({ address: '127.0.0.1', port: 0, silent: true, directory: path.join(folder, 's3'), configureBuckets: [{ name: 'photos', configs: [] }] });
  endpoint = `http://127.0.0.1:${(await served.run()).port}`;
});
afterAll(async () => {
  await served.close();
  await rm(folder, { recursive: true, force: true });
});

const all = async (store: PhotoStore) => {
  const found: { key: string; modifiedAt: Date }[] = [];
  for await (const one of store.list()) found.push(one);
  return found;
};

/** What every store keeps to, whatever it is made of. */
describe.each<[name: string, open: () => PhotoStore]>([
  ['on disk', () => openDiskPhotoStore(path.join(folder, 'disk'))],
  ['in a bucket', bucket],
])('%s', (_, open) => {
  const listed = async (store: PhotoStore) => (await all(store)).map(({ key }) => key).sort();

  it('gives back what was put, byte for byte, and nothing where nothing was', async () => {
    const store = open();
    expect(await listed(store)).toEqual([]);
    const content = randomBytes(3_000_000);
    await store.put('ab/one/master', content);
    await store.put('ab/one/96', Buffer.from('small'));
    expect((await store.get('ab/one/master'))!.equals(content)).toBe(true);
    expect(String(await store.get('ab/one/96'))).toBe('small');
    expect(await store.get('ab/one/320')).toBeUndefined();
    expect(await store.get('cd/none/96')).toBeUndefined();
  });

  it('lists what is there and when it came', async () => {
    const store = open();
    expect(await listed(store)).toEqual(['ab/one/96', 'ab/one/master']);
    for await (const { modifiedAt } of store.list()) expect(Math.abs(Date.now() - modifiedAt.getTime())).toBeLessThan(60_000);
  });

  it('deletes, once or twice', async () => {
    const store = open();
    await store.delete('ab/one/master');
    await store.delete('ab/one/master');
    expect(await store.get('ab/one/master')).toBeUndefined();
    expect(await listed(store)).toEqual(['ab/one/96']);
    await store.delete('ab/one/96');
    expect(await listed(store)).toEqual([]);
  });

  it('takes no key that leaves its place', async () => {
    const store = open();
    for (const key of ['../outside', 'ab/../../outside', '/etc/passwd', 'ab//x', '', 'ab/.hidden', 'ab\\x']) {
      await expect((async () => store.put(key, Buffer.from('x')))()).rejects.toThrow('not a key of the photo store');
      await expect((async () => store.get(key))()).rejects.toThrow('not a key of the photo store');
    }
  });
});

describe('on disk', () => {
  it('is nobody else’s to read, and shows no file before it is whole', async () => {
    const place = path.join(folder, 'modes');
    const store = openDiskPhotoStore(place);
    await store.put('ab/one/master', Buffer.from('x'));
    const modes = await Promise.all(['', 'ab', 'ab/one', 'ab/one/master'].map(async name => ((await stat(path.join(place, name))).mode & 0o777).toString(8)));
    expect(modes).toEqual(['700', '700', '700', '600']);
    await writeFile(path.join(place, '.half'), 'cut off while it was written');
    expect((await all(store)).map(({ key }) => key)).toEqual(['ab/one/master']);
  });

  it('keeps nothing of a file for which there is no room, and says that it is full', async () => {
    const place = path.join(folder, 'full');
    // A process that may not write more than a megabyte to a file: the system refuses in the middle, as a full disk does.
    const script = `
      import { openDiskPhotoStore, StorageFull } from ${JSON.stringify(path.join(import.meta.dirname, '../../src/platform/photo-store.ts'))};
      process.on('SIGXFSZ', () => {});
      const store = openDiskPhotoStore(${JSON.stringify(place)});
      await store.put('ab/one/96', Buffer.alloc(1000));
      const outcome = await store.put('ab/one/master', Buffer.alloc(3_000_000)).then(() => 'kept', error => error instanceof StorageFull ? 'full' : String(error));
      process.stdout.write(outcome);`;
    const child = spawn('bash', ['-c', `ulimit -f 1024; exec "$0" --input-type=module`, process.execPath], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += String(text)));
    child.stdin.end(script);
    await once(child, 'close');
    expect(said).toBe('full');
    expect(await readdir(path.join(place, 'ab/one'))).toEqual(['96']);
    expect((await readdir(place)).filter(name => name.startsWith('.'))).toEqual([]);
  });
});

describe('in a bucket', () => {
  it('is refused with a wrong key, which is an error and not an empty shelf', async () => {
    const stranger = bucket({ accessKeyId: 'S3RVER', secretAccessKey: 'guessed' });
    await expect(stranger.put('ab/one/master', Buffer.from('x'))).rejects.toThrow(/signature/i);
    await expect(stranger.get('ab/one/master')).rejects.toThrow(/signature/i);
    await expect(all(stranger)).rejects.toThrow(/signature/i);
  });
});
