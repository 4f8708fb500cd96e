import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import sharp from 'sharp';
import { inject } from 'vitest';
import { addressHash } from '../../src/accounts/index.ts';
import type { User } from '../../src/core/actor.ts';
import type { AccountId, ParentId, PhotoId, SchoolId, SubmissionId } from '../../src/core/ids.ts';
import { fold } from '../../src/core/text.ts';
import { objectKey } from '../../src/photos/open-photo.ts';
import type { Checks } from '../../src/photos/judge-photo.ts';
import type { PhotoStore } from '../../src/platform/photo-store.ts';
import { type PhotoSize, photoSizes } from '../../src/platform/photo/photo-sizes.ts';
import { sealObject } from '../../src/platform/photo/seal-object.ts';
import type { TestDatabase } from './database.ts';
import { testKeyring } from './keyring.ts';

export type Staff = User & { email: string; name: string };

/** Somebody who works at a school, with an account to sign in with. */
export async function staffAt(
  { admin }: TestDatabase,
  schoolId: SchoolId,
  role: 'admin' | 'office' | 'gate',
  name: string,
  email = `${name.toLowerCase().replaceAll(' ', '.')}@staff.example`,
): Promise<Staff> {
  const accountId = randomUUIDv7() as AccountId;
  await admin.query(`insert into parley.accounts (id, email_hash, email_ct, password_hash, display_name) values ($1, $2, $3, $4, $5)`, [
    accountId,
    addressHash(testKeyring, email),
    testKeyring.sealField('email', email),
    inject('passwordHash'),
    name,
  ]);
  await admin.query(`insert into parley.staff (school_id, account_id, role) values ($1, $2, $3)`, [schoolId, accountId, role]);
  return { kind: 'user', accountId, parentId: null, email, name };
}

export type Adult = { schoolId: SchoolId; parentId: ParentId; name: string };

/** An adult on a school's roll: an existing parent, or one made for it. */
export async function adultAt(
  { admin }: TestDatabase,
  schoolId: SchoolId,
  adult: { givenName: string; surname: string; children?: string; email?: string; phone?: string; parentId?: ParentId },
): Promise<Adult> {
  const { givenName, surname, children = 'Theo, 1B', email, phone } = adult;
  const parentId = adult.parentId ?? (randomUUIDv7() as ParentId);
  if (!adult.parentId) await admin.query('insert into parley.parents (id, given_name, surname) values ($1, $2, $3)', [parentId, givenName, surname]);
  await admin.query(
    `insert into parley.school_parents (school_id, parent_id, number, sort_name, search_text, children_text, classes, email_ct, email_hash, phone_ct)
     values ($1, $2, (select coalesce(max(number), 0) + 1 from parley.school_parents where school_id = $1), $3, $4, $5, '{1B}', $6, $7, $8)`,
    [
      schoolId,
      parentId,
      fold(`${surname} ${givenName}`),
      fold(`${givenName} ${surname} ${children}`),
      children,
      email ? testKeyring.sealField('email', email) : null,
      email ? addressHash(testKeyring, email) : null,
      phone ? testKeyring.sealField('phone', phone) : null,
    ],
  );
  return { schoolId, parentId, name: `${givenName} ${surname}` };
}

const fine: Checks = {
  checks: [
    { name: 'One face', verdict: 'fine', note: 'Found one face, looking forward.' },
    { name: 'Sharp', verdict: 'fine', note: 'Clear enough to know you by.' },
    { name: 'Bright', verdict: 'fine', note: 'The light is good.' },
    { name: 'Size', verdict: 'fine', note: '1,200 by 1,500 pixels. At least 600 by 750 is needed.' },
  ],
  unreadable: null,
  numbers: {
    width: 1200,
    height: 1500,
    bytes: 400_000,
    faces: [],
    quality: { eyeDistance: 214, sharpness: 44.2, mean: 0.52, darkShare: 0.03, lightShare: 0.01, sideDifference: 0.05, grey: false },
  },
  thresholds: 'test',
  inspector: 'test',
};

export type HandedIn = Adult & { submissionId: SubmissionId; photoId: PhotoId; storeKey: string };

type SubmissionStatus = 'checking' | 'draft' | 'waiting' | 'approved' | 'retake' | 'rejected' | 'superseded' | 'withdrawn';

/** A photo of an adult as the intake leaves it: sizes in the store, encrypted; rows; and the adult's status. Days say how long ago;
 * a picture is drawn in a colour, or given. */
export async function photoOf(
  { admin }: TestDatabase,
  store: PhotoStore,
  adult: Adult,
  options: { status?: SubmissionStatus; days?: number; invitationId?: string; checks?: Checks | null; picture?: string | Buffer } = {},
): Promise<HandedIn> {
  const { status = 'waiting', days = 0, invitationId = null, checks = fine, picture = '#8fa3a0' } = options;
  const photoId = randomUUIDv7() as PhotoId;
  const submissionId = randomUUIDv7() as SubmissionId;
  const storeKey = randomBytes(16).toString('hex').replace(/^(..)/, '$1/');
  const { key, wrapped } = testKeyring.newItemKey(photoId);
  const sizes = await sizesOf(picture);
  await Promise.all(photoSizes.map(async size => store.put(objectKey(storeKey, size), await sealObject(key, photoId, size, sizes[size]))));
  const isSent = !['checking', 'draft'].includes(status);
  await admin.query(
    `insert into parley.photos (id, school_id, parent_id, media_type, bytes, received_sha256, width, height, uploaded_at, stored_media_type, stored_bytes,
                                stored_sha256, stored_width, stored_height, stored_at, store_key, wrapped)
     values ($1, $2, $3, 'image/jpeg', 400000, $4, 2100, 2625, now() - make_interval(days => $5), 'image/jpeg', 400000, $4, 1200, 1500, now(), $6, $7)`,
    [photoId, adult.schoolId, adult.parentId, createHash('sha256').update(photoId).digest(), days, storeKey, wrapped],
  );
  await admin.query(
    `insert into parley.submissions (id, school_id, parent_id, invitation_id, source, photo_id, status, status_at, checks, created_at, sent_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() - make_interval(days => $8), $9, now() - make_interval(days => $8), case when $10 then now() - make_interval(days => $8) end)`,
    [submissionId, adult.schoolId, adult.parentId, invitationId, invitationId ? 'link' : 'bulk', photoId, status, days, JSON.stringify(checks), isSent],
  );
  if (['waiting', 'approved', 'retake', 'rejected'].includes(status)) {
    await admin.query('update parley.school_parents set status = $3, status_at = now() where school_id = $1 and parent_id = $2', [
      adult.schoolId,
      adult.parentId,
      status,
    ]);
  }
  return { ...adult, photoId, submissionId, storeKey };
}

const made = new Map<string | Buffer, Promise<Record<PhotoSize, Buffer>>>();
/** All sizes of a picture, made once. */
function sizesOf(picture: string | Buffer): Promise<Record<PhotoSize, Buffer>> {
  const sizes = made.get(picture) ?? makeSizes(picture);
  made.set(picture, sizes);
  return sizes;
}
async function makeSizes(picture: string | Buffer): Promise<Record<PhotoSize, Buffer>> {
  const full = typeof picture === 'string' ? await drawn(picture) : picture;
  const size = (width: number) => sharp(full).resize({ width, height: width * 1.25, fit: 'cover' });
  const webp = (width: number) => size(width).webp({ effort: 0 }).toBuffer();
  return { master: await size(1200).jpeg().toBuffer(), 1024: await webp(1024), 320: await webp(320), 96: await webp(96) };
}

/** A drawn head and shoulders: nobody's photo. Pixel by pixel, because drawings (SVG) are refused in this process. */
function drawn(colour: string): Promise<Buffer> {
  const [width, height] = [320, 400];
  const rgb = (hex: string) => [1, 3, 5].map(at => Number.parseInt(hex.slice(at, at + 2), 16));
  const [wall, coat, skin, hair] = ['#dad6ce', colour, '#c98f67', '#33302d'].map(rgb);
  const within = (x: number, y: number, middleX: number, middleY: number, radiusX: number, radiusY: number) =>
    ((x - middleX) / radiusX) ** 2 + ((y - middleY) / radiusY) ** 2 < 1;
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isFace = within(x, y, 160, 190, 70, 90);
      const isHair = within(x, y, 160, 165, 84, 92) && !within(x, y, 160, 205, 66, 88);
      data.set(isHair ? hair! : isFace ? skin! : within(x, y, 160, 420, 132, 130) ? coat! : wall!, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } })
    .resize({ width: 1200 })
    .png()
    .toBuffer();
}
