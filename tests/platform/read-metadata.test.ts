import { expect, it } from 'vitest';
import { readMetadata } from '../../src/platform/photo/read-metadata.ts';
import { pngChunk, portrait, talkative } from '../support/pictures.ts';

// Two thousand million numbers, were they read: the time a test has would not be enough.
it('a picture whose camera claims a thousand lists of two million numbers is read like any other', async () => {
  const block = Buffer.alloc(2_000_000);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(1000, 8);
  for (let entry = 0; entry < 1000; entry += 1) {
    const at = 10 + entry * 12;
    block.writeUInt16LE(0x9c00 + entry, at);
    block.writeUInt16LE(1, at + 2);
    block.writeUInt32LE(block.length, at + 4);
  }
  const png = await portrait().png().toBuffer();
  const facts = await readMetadata(Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', block), png.subarray(33)]), 'image/png');
  expect(facts!.metadata).toMatchObject({ exif: true, hadGps: true });
});

it('what a camera says is kept as far as it is asked for, and a broken block says that there may have been a place', async () => {
  const told = await readMetadata(await talkative('ACME'), 'image/jpeg');
  expect(told!.metadata).toMatchObject({
    make: 'ACME',
    model: 'ACME 7',
    software: 'camera 1.2',
    takenAt: '2026-03-09T17:41:00.000Z',
    exif: true,
    hadGps: true,
  });
  const png = await portrait().png().toBuffer();
  for (const broken of ['II*\0\xff\xff\xff\xff\0\0', 'MM\0*\0\0\0\x08\0\x02\x88\x25\0\x04\0\0\0\x01\x7f\0\0\0']) {
    const facts = await readMetadata(Buffer.concat([png.subarray(0, 33), pngChunk('eXIf', Buffer.from(broken, 'latin1')), png.subarray(33)]), 'image/png');
    expect([broken, facts!.metadata.make, facts!.metadata.hadGps]).toEqual([broken, undefined, true]);
  }
});
