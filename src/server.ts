import { enableCompileCache } from 'node:module';

// Before anything else is loaded: a start with a warm cache takes a third of the time.
enableCompileCache();
const { main } = await import('./main.ts');
await main();
