import type { PhotoId } from '../../src/core/ids.ts';
import { closeWorld, openWorld, type OpenWorld } from '../support/open-world.ts';
import { adultAt, photoOf, type Staff, staffAt } from '../support/photos.ts';
import type { Person, World } from '../support/world.ts';

export type GateWorld = OpenWorld & {
  /** At the school of Ines and Theo; and somebody of the office at Leila's. */
  office: Staff;
  tom: Staff;
  head: Staff;
  /** Of approved photos, by given name. */
  photos: Record<string, PhotoId>;
  close(): Promise<void>;
};

/** Both parents of each family on the roll of their children's school, with approved photos; staff of every role. */
export async function gateWorld(): Promise<GateWorld> {
  const { database, world, app } = await openWorld();
  const { store } = app.services.photos;
  const photos: Record<string, PhotoId> = {};
  const surnames: Record<string, string> = { Amara: 'Okafor', Daniel: 'Reyes', Nour: 'Haddad', Sam: 'Keller' };
  const colours: Record<string, string> = { Amara: '#7b5c96', Daniel: '#6e5b34', Nour: '#35594f', Sam: '#8a4b3a' };
  const enrol = async (person: Person, schoolId: World['school']) => {
    const { givenName, parentId } = person;
    const adult = await adultAt(database, schoolId, { givenName, surname: surnames[givenName]!, parentId });
    photos[givenName] = (await photoOf(database, store, adult, { status: 'approved', picture: colours[givenName]! })).photoId;
  };
  for (const person of [world.amara, world.daniel]) await enrol(person, world.school);
  for (const person of [world.nour, world.sam]) await enrol(person, world.otherSchool);
  await database.admin.query(`update parley.children set class = '4A' where id = $1`, [world.ines]);
  const office = await staffAt(database, world.school, 'office', 'Meera Shah', 'meera@stbrigids.example');
  const tom = await staffAt(database, world.school, 'gate', 'Tom Byrne', 'tom@stbrigids.example');
  const head = await staffAt(database, world.otherSchool, 'admin', 'Alex Head', 'head@hillview.example');
  return {
    database,
    app,
    world,
    office,
    tom,
    head,
    photos,
    close: () => closeWorld({ app, database }),
  };
}
