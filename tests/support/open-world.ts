import { startApp, type TestApp } from './app.ts';
import { cloneDatabase, type TestDatabase } from './database.ts';
import { buildWorld, type World } from './world.ts';

export type OpenWorld = { database: TestDatabase; world: World; app: TestApp };

/** The people of the demo world in a database of their own, and the application with them. */
export async function openWorld(options?: Parameters<typeof startApp>[1]): Promise<OpenWorld> {
  const database = await cloneDatabase();
  const world = await buildWorld(database);
  return { database, world, app: await startApp(database, options) };
}

export async function closeWorld({ app, database }: Pick<OpenWorld, 'app' | 'database'>): Promise<void> {
  await app.close();
  await database.close();
}
