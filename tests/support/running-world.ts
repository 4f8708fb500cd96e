import type { Client } from './client.ts';
import type { TestDatabase } from './database.ts';
import { closeWorld, type OpenWorld, openWorld } from './open-world.ts';
import type { World } from './world.ts';

/** The two families of the tests with the program running, and three of their parents signed in, each in a browser of their own. */
export type RunningWorld = OpenWorld & {
  amara: Client;
  daniel: Client;
  /** Of the other family. */
  nour: Client;
  /** What a superuser reads. */
  rows: <Row extends object>(sql: string, values?: unknown[]) => Promise<Row[]>;
  close(): Promise<void>;
};

/** `prepare` lays down what there is before anybody looks. */
export async function runningWorld(prepare: (database: TestDatabase, world: World) => Promise<unknown> = async () => {}): Promise<RunningWorld> {
  const opened = await openWorld();
  const { database, world, app } = opened;
  await prepare(database, world);
  return {
    ...opened,
    amara: await app.signedIn(world.amara.email),
    daniel: await app.signedIn(world.daniel.email),
    nour: await app.signedIn(world.nour.email),
    rows: async <Row extends object>(sql: string, values: unknown[] = []) => (await database.admin.query<Row>(sql, values)).rows,
    close: () => closeWorld(opened),
  };
}
