import { randomUUID } from 'node:crypto';
import { enableCompileCache } from 'node:module';
import path from 'node:path';

/**
 * What Parley is measured against: Express, EJS and pg, as bare as they can be, with the bytes and the rows of the page they stand for.
 * Nobody signs in here, nothing is encrypted, and nothing is checked.
 */
enableCompileCache();
const { default: ejs } = await import('ejs');
const { default: express } = await import('express');
const { default: pg } = await import('pg');
const { default: sharp } = await import('sharp');

type Row = { seq: number; author: string; sent_at: Date; body: string };

const pool = new pg.Pool({ connectionString: process.env.BASELINE_DATABASE_URL!, max: 10 });
const app = express();
app.disable('x-powered-by');
app.disable('etag'); // as in Parley

app.get('/readyz', async (_request, response) => {
  await pool.query('select 1');
  response.type('text/plain').send('ready\n');
});

const page = { name: 'page', text: 'select seq, author, sent_at, body from message where conversation = $1 order by seq desc limit 50' };

/** A page around its entries, with as much text that never changes in each entry and in the frame as it takes to be of a given size. */
const compilePage = (entryFiller: number, frameFiller: number) =>
  ejs.compile(
    `<!doctype html><html lang="en-GB"><title>Messages</title><main><ol>
<% for (const entry of view.entries) { %><li id="e<%= entry.seq %>"><h3><%= entry.author %></h3><time datetime="<%= entry.sent_at.toISOString() %>"></time><p><%= entry.body %></p>${'-'.repeat(entryFiller)}</li>
<% } %></ol></main>${'-'.repeat(frameFiller)}</html>`,
    { _with: false, localsName: 'view', rmWhitespace: true },
  ) as (view: { entries: Row[] }) => string;

async function pageOfBytes(bytes: number) {
  const { rows } = await pool.query<Row>(page.text, [1]);
  const missing = bytes - Buffer.byteLength(compilePage(0, 0)({ entries: rows }));
  // Two thirds of what is missing to the entries, about as in Parley's page.
  const entryFiller = Math.floor((missing * 2) / 3 / rows.length);
  return compilePage(entryFiller, missing - entryFiller * rows.length);
}

const renderPage = await pageOfBytes(Number(process.env.BASELINE_PAGE_BYTES ?? 50_000));
app.get('/page', async (_request, response) => {
  const { rows } = await pool.query<Row>({ ...page, values: [1] });
  response.type('html').send(renderPage({ entries: rows }));
});

const insert = { name: 'insert', text: 'insert into posted (conversation, author, body) values ($1, $2, $3)' };
app.post('/messages/:conversation', express.urlencoded({ extended: false }), async (request, response) => {
  const { text, submission } = request.body as { text: string; submission: string };
  await pool.query({ ...insert, values: [request.params.conversation, submission, text] });
  response.redirect(303, '/page');
});

const batch = { name: 'batch', text: 'select seq, author, sent_at, body from message where conversation = $1 and seq < $2 order by seq desc limit 500' };
const showBatch = ejs.compile(
  '<% for (const entry of view.entries) { %><li><%= entry.seq %> <%= entry.author %> <%= entry.sent_at.toISOString() %> <%= entry.body %></li>\n<% } %>',
  {
    _with: false,
    localsName: 'view',
  },
) as (view: { entries: Row[] }) => string;
app.get('/stream', async (_request, response) => {
  response.type('html').write('<!doctype html><ol>\n');
  for (let before = 2 ** 31 - 1; ;) {
    const { rows } = await pool.query<Row>({ ...batch, values: [1, before] });
    response.write(showBatch({ entries: rows }));
    if (rows.length < 500) break;
    before = rows.at(-1)!.seq;
  }
  response.end('</ol>');
});

const photoFolder = process.env.BASELINE_PHOTO_DIR!;
/** Loaded when the first photo comes, so that how long the start takes stays what it was without it. */
const loadMulter = async () => {
  const { default: multer } = await import('multer');
  return multer({ storage: multer.memoryStorage() }).single('photo');
};
let multipart: ReturnType<typeof loadMulter> | undefined;
app.post(
  '/photo',
  async (request, response, next) => void (await (multipart ??= loadMulter()))(request, response, next),
  async (request, response) => {
    await sharp(request.file!.buffer)
      .resize({ width: 1600, height: 1600, fit: 'inside' })
      .jpeg()
      .toFile(path.join(photoFolder, `${randomUUID()}.jpg`));
    response.redirect(303, '/page');
  },
);

app.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0)); // by exit, so that the compile cache is written
