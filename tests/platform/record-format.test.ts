import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commentPayload, commitment, encodeManifest } from '../../src/platform/record/content.ts';
import { decodeLeaf, encodeLeaf, genesis, kinds, type Leaf, leafHash, uuidToBytes } from '../../src/platform/record/leaf.ts';
import { viewComments } from '../../src/messages/view-comments.ts';
import type { CommentId } from '../../src/core/ids.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { buildWorld, messageBy, subjectBy } from '../support/world.ts';

/** The golden vector of PRLYENT1: fixed for ever, the same in SQL, Node and the browser. */
const golden = {
  family: '01890a5d-ac96-774b-bcce-b302099a8057',
  actor: '01890a5d-ac96-774b-bcce-b302099a8058',
  item: '01890a5d-ac96-774b-bcce-b302099a8059',
  at: 1767225600000000n,
  salt: Buffer.alloc(32, 7),
  body: Buffer.from('Hello'),
  genesis: '7633a53b47ea64e75d51d68ff0818c2c83c283470aa47743f6c69aef352ad111',
  commitment: '3240355a6ed3ef83ddda23bdbd28a8ab86977ebf87d97a1c7fbb1c5dc8203200',
  leaf:
    '50524c59454e54310101890a5dac96774bbcceb302099a805700000000000000017633a53b47ea64e75d51d68ff0818c2c83c283470aa47743f6c69aef352ad111' +
    '000647484620400001890a5dac96774bbcceb302099a805801890a5dac96774bbcceb302099a8059' +
    '00000023013240355a6ed3ef83ddda23bdbd28a8ab86977ebf87d97a1c7fbb1c5dc82032000000',
  leafHash: '95e6c57e27690bb9e28baa25c52d07df3ef4a1e5df6674ff4a9228b7a7dda31a',
};

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.close());

/** record.leaf() for these entries, through the program's own role. */
async function leavesInSql(entries: readonly Leaf[]): Promise<Buffer[]> {
  const { rows } = await database.db.pool.query<{ leaf: Buffer }>(
    `select record.leaf(kind, family, pos, prev, '1970-01-01 00:00:00+00'::timestamptz + (at || ' microseconds')::interval, actor, item, payload) as leaf
       from unnest($1::smallint[], $2::uuid[], $3::bigint[], $4::bytea[], $5::text[], $6::uuid[], $7::uuid[], $8::bytea[])
            with ordinality as e (kind, family, pos, prev, at, actor, item, payload, ord) order by ord`,
    [
      entries.map(e => e.kind),
      entries.map(e => e.familyId),
      entries.map(e => e.pos.toString()),
      entries.map(e => e.prevHash),
      entries.map(e => e.at.toString()),
      entries.map(e => e.actorId),
      entries.map(e => e.itemId),
      entries.map(e => e.payload),
    ],
  );
  return rows.map(row => row.leaf);
}

const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints).map(array => Buffer.from(array));
const anEntry: fc.Arbitrary<Leaf> = fc.record({
  kind: fc.integer({ min: 1, max: 14 }),
  familyId: fc.uuid(),
  pos: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }),
  prevHash: bytes({ minLength: 32, maxLength: 32 }),
  // From 1900 to 9000, to the microsecond.
  at: fc.bigInt({ min: -2_208_988_800_000_000n, max: 221_845_392_000_000_000n }),
  actorId: fc.uuid(),
  itemId: fc.uuid(),
  payload: bytes({ maxLength: 300 }),
});

describe('the golden vector', () => {
  const entry: Leaf = {
    kind: 1,
    familyId: golden.family,
    pos: 1n,
    prevHash: Buffer.from(golden.genesis, 'hex'),
    at: golden.at,
    actorId: golden.actor,
    itemId: golden.item,
    payload: Buffer.concat([Buffer.from([1]), Buffer.from(golden.commitment, 'hex'), Buffer.from([0, 0])]),
  };

  it('comes out of the program’s own code', () => {
    expect(genesis(golden.family).toString('hex')).toBe(golden.genesis);
    expect(commitment(golden.salt, golden.body).toString('hex')).toBe(golden.commitment);
    expect(commentPayload(commitment(golden.salt, golden.body), encodeManifest([]), null)).toEqual(entry.payload);
    expect(encodeLeaf(entry).toString('hex')).toBe(golden.leaf);
    expect(leafHash(encodeLeaf(entry)).toString('hex')).toBe(golden.leafHash);
    expect(decodeLeaf(Buffer.from(golden.leaf, 'hex'))).toEqual(entry);
  });

  it('comes out of the database', async () => {
    const { rows } = await database.db.pool.query(
      `select encode(record.genesis($1), 'hex') as genesis, encode(record.commitment($2, $3), 'hex') as commitment, encode(record.leaf_hash($4), 'hex') as "leafHash"`,
      [golden.family, golden.salt, golden.body, Buffer.from(golden.leaf, 'hex')],
    );
    expect(rows[0]).toEqual({ genesis: golden.genesis, commitment: golden.commitment, leafHash: golden.leafHash });
    const [leaf] = await leavesInSql([entry]);
    expect(leaf!.toString('hex')).toBe(golden.leaf);
  });
});

describe('reading an entry', () => {
  const whole = Buffer.from(golden.leaf, 'hex');
  const changed = (change: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(whole);
    change(copy);
    return copy;
  };

  it('takes exactly one whole entry', () => {
    expect(encodeLeaf(decodeLeaf(whole))).toEqual(whole);
  });

  const refused: [string, Buffer, RegExp][] = [
    ['nothing at all', Buffer.alloc(0), /not a PRLYENT1/],
    ['a byte left over', Buffer.concat([whole, Buffer.from([0])]), /left over/],
    ['two entries in one', Buffer.concat([whole, whole]), /left over/],
    ['its last byte missing', whole.subarray(0, -1), /missing/],
    ['less than a head', whole.subarray(0, 108), /not a PRLYENT1/],
    ['another format', changed(copy => copy.write('PRLYENT2', 0, 'ascii')), /not a PRLYENT1/],
    ['a length beyond the end', changed(copy => copy.writeUInt32BE(0xffffffff, 105)), /missing/],
    ['a length short of the end', changed(copy => copy.writeUInt32BE(0, 105)), /left over/],
    ['position 0', changed(copy => copy.writeBigInt64BE(0n, 25)), /before position 1/],
    ['a position below 0', changed(copy => copy.writeBigInt64BE(-1n, 25)), /before position 1/],
  ];
  it.each(refused)('refuses %s', (_, given, because) => {
    expect(() => decodeLeaf(given)).toThrow(because);
  });

  it('gives back what was written, whatever was written', () => {
    fc.assert(
      fc.property(anEntry, entry => {
        expect(decodeLeaf(encodeLeaf(entry))).toEqual(entry);
      }),
      { numRuns: 500 },
    );
  });

  it('has one spelling for each entry: bytes that are read are the bytes that would be written', () => {
    const nearlyWhole = fc.tuple(anEntry, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([entry, where, flip]) => {
      const leaf = encodeLeaf(entry);
      leaf[where % leaf.length]! ^= flip;
      return { leaf, entry };
    });
    fc.assert(
      fc.property(nearlyWhole, ({ leaf, entry }) => {
        expect(leafHash(leaf)).not.toEqual(leafHash(encodeLeaf(entry)));
        let read: Leaf;
        try {
          read = decodeLeaf(leaf);
        } catch {
          return;
        }
        expect(encodeLeaf(read)).toEqual(leaf);
        expect(read).not.toEqual(entry);
      }),
      { numRuns: 500 },
    );
  });
});

describe('the database and the program', () => {
  it('make the same bytes of any entry', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anEntry, { minLength: 1, maxLength: 20 }), async entries => {
        expect(await leavesInSql(entries)).toEqual(entries.map(encodeLeaf));
      }),
      { numRuns: 40 },
    );
  });

  it('make the same commitment to any content, and another for another salt', async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes({ minLength: 32, maxLength: 32 }),
        bytes({ minLength: 32, maxLength: 32 }),
        bytes({ maxLength: 200 }),
        async (salt, other, content) => {
          const { rows } = await database.db.pool.query<{ made: Buffer }>('select record.commitment($1, $2) as made', [salt, content]);
          expect(rows[0]!.made).toEqual(commitment(salt, content));
          if (!salt.equals(other)) expect(rows[0]!.made).not.toEqual(commitment(other, content));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what the triggers write', () => {
  it('reads back as what was written, to the microsecond, each entry made from the one before', async () => {
    const world = await buildWorld(database);
    const { subjectId } = await subjectBy(database, world.amara, world.familyId, world.theo, 'Theo: PE kit', 'PE has moved to Friday.');
    for (let n = 1; n <= 8; n += 1) await messageBy(database, n % 2 ? world.daniel : world.amara, subjectId, `Message ${n} about the PE kit.`);
    const { rows: own } = await database.admin.query<{ id: CommentId; commitment: Buffer; pos: string }>(
      'select id, commitment, pos from record.comments order by pos',
    );
    await database.db.transact(world.daniel, work => viewComments(work, [{ id: own[0]!.id, authorId: world.amara.parentId }]));

    const { rows } = await database.admin.query<{
      kind: number;
      pos: string;
      micros: string;
      actor_id: string;
      item_id: string;
      prev_hash: Buffer;
      leaf: Buffer;
      leaf_hash: Buffer;
      stored: Buffer | null;
      child_id: string | null;
    }>(
      `select e.kind, e.pos, (extract(epoch from e.at) * 1000000)::bigint::text as micros, e.actor_id, e.item_id, e.prev_hash, e.leaf, e.leaf_hash,
              coalesce(c.commitment, s.commitment, m.commitment) as stored, s.child_id
         from record.entries e left join record.comments c using (family_id, pos) left join record.subjects s using (family_id, pos) left join record.members m using (family_id, pos)
        where e.family_id = $1 order by e.pos`,
      [world.familyId],
    );
    expect(rows.map(row => row.kind)).toEqual([4, 4, 3, ...Array<number>(9).fill(1), 2]);
    let previous = genesis(world.familyId);
    for (const [index, row] of rows.entries()) {
      const one = Buffer.from([1]);
      const payload = {
        [kinds.member]: () => Buffer.concat([one, row.stored!]),
        [kinds.subject]: () => Buffer.concat([one, row.stored!, one, uuidToBytes(row.child_id!)]),
        [kinds.comment]: () => commentPayload(row.stored!, encodeManifest([]), null),
        [kinds.view]: () => Buffer.alloc(0),
      }[row.kind]!();
      expect(decodeLeaf(row.leaf)).toEqual({
        kind: row.kind,
        familyId: world.familyId,
        pos: BigInt(index + 1),
        prevHash: previous,
        at: BigInt(row.micros),
        actorId: row.actor_id,
        itemId: row.item_id,
        payload,
      });
      expect(row.prev_hash).toEqual(previous);
      expect(leafHash(row.leaf)).toEqual(row.leaf_hash);
      previous = row.leaf_hash;
    }
    // Thirteen moments that all fall on a whole millisecond would mean that the microseconds are lost.
    expect(rows.some(row => BigInt(row.micros) % 1000n !== 0n)).toBe(true);
    expect(rows.slice(3, 5).map(row => row.actor_id)).toEqual([world.amara.parentId, world.daniel.parentId]);
    expect(rows.at(-1)).toMatchObject({ actor_id: world.daniel.parentId, item_id: own[0]!.id });
  });
});
