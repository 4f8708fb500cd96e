import { startApp, type TestApp } from './app.ts';
import type { Client } from './client.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { buildWorld, type World } from './world.ts';

/** The two families of the tests with the program running, and three of their parents signed in, each in a browser of their own. */
export type RunningWorld = {
  database: TestDatabase;
  world: World;
  app: TestApp;
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
  const database = await cloneDatabase();
  const world = await buildWorld(database);
  await prepare(database, world);
  const app = await startApp(database);
  return {
    database,
    world,
    app,
    amara: await app.signedIn(world.amara.email),
    daniel: await app.signedIn(world.daniel.email),
    nour: await app.signedIn(world.nour.email),
    rows: async <Row extends object>(sql: string, values: unknown[] = []) => (await database.admin.query<Row>(sql, values)).rows,
    async close() {
      await app.close();
      await database.close();
    },
  };
}
